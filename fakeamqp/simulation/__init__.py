"""Many runs of one scenario: in every order that matters, with the connection cut at every point."""
