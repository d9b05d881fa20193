// What the tests measure on a page.
({
  // Writing that is wider than the box that it stands in.
  outside() {
    return [...document.querySelectorAll(".node")].flatMap((node) => {
      const box = node.querySelector(".box").getBBox();
      return [...node.querySelectorAll("text")].filter((text) => text.getBBox().width > box.width).map((text) => text.textContent);
    });
  },

  // How many pairs of boxes and labels cover each other.
  covered() {
    const taken = [...document.querySelectorAll(".node .box, .way text")].map((each) => each.getBoundingClientRect());
    const covers = (one, other) => one.left < other.right - 1 && other.left < one.right - 1 && one.top < other.bottom - 1 && other.top < one.bottom - 1;
    return taken.flatMap((one, at) => taken.slice(at + 1).filter((other) => covers(one, other))).length;
  },

  // What is to be pressed and less high than this.
  small(least) {
    return [...document.querySelectorAll("header button, header select, header input[type=search], footer button, .zoom button")]
      .filter((each) => each.offsetParent && each.getBoundingClientRect().height < least).map((each) => each.id);
  },

  // Colours, and how much they differ from what they stand on, as WCAG counts that.
  contrasts() {
    const light = (colour) => colour.match(/[\d.]+/g).slice(0, 3).map((value) => Number(value) / 255)
      .map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
      .reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);
    const ratio = (one, other) => {
      const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
      return (high + 0.05) / (low + 0.05);
    };
    const style = (selector) => getComputedStyle(document.querySelector(selector));
    const paper = style("body").backgroundColor;
    const pairs = {
      text: [style("body").color, paper],
      totals: [style("#totals").color, style("header").backgroundColor],
      queue: [style(".node.queue .name").fill, style(".node.queue .box").fill],
      "queue's type": [style(".node.queue .more").fill, style(".node.queue .box").fill],
      "exchange's type": [style(".node.exchange .more").fill, style(".node.exchange .box").fill],
      key: [style(".way-label").fill, paper],
      "dead letters": [style(".way.dead-letters text").fill, paper],
    };
    return Object.fromEntries(Object.entries(pairs).map(([what, [one, other]]) => [what, [one, ratio(one, other)]]));
  },
})
