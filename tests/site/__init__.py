"""Tests of what makes the site: .ci/site."""
