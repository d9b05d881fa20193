// Where boxes and lines go: the same rules as in fakeamqp/views/layout.py, which draws the pictures without a browser.
const BESIDE = 36, BELOW = 14, BELOW_LINE = 7, BETWEEN_PARTS = 36, SWEEPS = 12;

// sizes: Map of key to [width, height]; links: {source, target, width, height, isWeak}, which get points and label.
function arrange(sizes, links, widest) {
  const parts = partsOf(sizes, links).map((part) => layPart(part.keys, sizes, part.links));
  const isLoose = (part) => part.boxes.size === 1 && !part.links.length;
  const boxes = new Map();
  const tied = pack(parts.filter((part) => !isLoose(part)), widest, 0, BETWEEN_PARTS, boxes);
  const loose = pack(parts.filter(isLoose), Math.max(widest, tied.width), tied.y, BELOW, boxes);
  return { width: Math.max(tied.width, loose.width), height: Math.max(0, loose.y - BETWEEN_PARTS), boxes };
}

// What hangs together, in the order of the keys.
function partsOf(sizes, links) {
  const around = new Map([...sizes.keys()].map((key) => [key, []]));
  for (const link of links) {
    around.get(link.source).push(link.target);
    around.get(link.target).push(link.source);
  }
  const partOf = new Map(), parts = [];
  for (const key of around.keys()) {
    if (partOf.has(key)) continue;
    const found = [key], part = { keys: [], links: [] };
    while (found.length) {
      const here = found.pop();
      if (partOf.has(here)) continue;
      partOf.set(here, part);
      for (const other of around.get(here)) found.push(other);
    }
    parts.push(part);
  }
  for (const key of around.keys()) partOf.get(key).keys.push(key);
  for (const link of links) partOf.get(link.source).links.push(link);
  return parts;
}

function pack(parts, widest, y, gap, boxes) {
  let x = 0, row = 0, width = 0;
  for (const part of parts) {
    if (x && x + part.width > widest) { x = 0; y += row + gap; row = 0; }
    for (const [key, [left, top]] of part.boxes) boxes.set(key, [left + x, top + y]);
    for (const link of part.links) {
      link.points = link.points.map(([px, py]) => [px + x, py + y]);
      link.label = [link.label[0] + x, link.label[1] + y];
    }
    x += part.width;
    width = Math.max(width, x); row = Math.max(row, part.height);
    x += gap;
  }
  return { width, y: parts.length ? y + row + BETWEEN_PARTS : y };
}

function layPart(keys, sizes, links) {
  const turned = turnedOf(keys, links);
  const ends = (link) => (turned.has(link) ? [link.target, link.source] : [link.source, link.target]);
  const ranks = ranksOf(keys, links.map(ends));
  const slots = new Map(keys.map((key) => [key, slotOf(2 * ranks.get(key), ...sizes.get(key), true)]));
  const chains = links.map((link) => chainOf(link, ends(link).map((key) => slots.get(key))));
  const all = [...slots.values()];
  for (const chain of chains) for (const slot of chain.slice(1, -1)) all.push(slot);
  const layers = Array.from({ length: 1 + all.reduce((most, slot) => Math.max(most, slot.layer), 0) }, () => []);
  for (const slot of all) layers[slot.layer].push(slot);
  const ordered = orderLayers(layers);
  const height = stack(ordered);
  const lefts = [], widths = ordered.map((layer) => layer.reduce((most, slot) => Math.max(most, slot.width), 0));
  let x = 0;
  for (const width of widths) { lefts.push(x); x += width + BESIDE; }
  const boxes = new Map(keys.map((key) => [key, [lefts[slots.get(key).layer], slots.get(key).y - slots.get(key).height / 2]]));
  const ports = portsOf(slots);
  links.forEach((link, number) => route(link, chains[number], slots.get(link.source), turned.has(link), lefts, widths, ports));
  return { width: x - BESIDE + (chains.some((chain) => !chain.length) ? BESIDE : 0), height, boxes, links };
}

function slotOf(layer, width, height, isBox) {
  return { layer, width, height, isBox, y: 0, place: 0, before: [], after: [] };
}

// The links that close a circle: of strong ones for one who walks from the boxes that nothing leads to; then each weak
// one that would close one with those before it.
function turnedOf(keys, links) {
  const after = new Map(keys.map((key) => [key, []]));
  for (const link of links) if (link.source !== link.target && !link.isWeak) after.get(link.source).push(link);
  const turned = closing(keys, after);
  const onward = new Map(keys.map((key) => [key, after.get(key).filter((link) => !turned.has(link)).map((link) => link.target)]));
  for (const link of turned) onward.get(link.target).push(link.source);
  for (const link of links) {
    if (!link.isWeak || link.source === link.target) continue;
    if (leads(onward, link.target, link.source)) { turned.add(link); onward.get(link.target).push(link.source); }
    else onward.get(link.source).push(link.target);
  }
  return turned;
}

function closing(keys, after) {
  const ledTo = new Set([...after.values()].flatMap((each) => each.map((link) => link.target)));
  const turned = new Set(), seen = new Set(), open = new Set();
  for (const start of [...keys.filter((key) => !ledTo.has(key)), ...keys]) {
    if (seen.has(start)) continue;
    const walk = [[start, 0]];
    seen.add(start); open.add(start);
    while (walk.length) {
      const top = walk[walk.length - 1], link = after.get(top[0])[top[1]++];
      if (!link) { open.delete(top[0]); walk.pop(); }
      else if (open.has(link.target)) turned.add(link);
      else if (!seen.has(link.target)) { seen.add(link.target); open.add(link.target); walk.push([link.target, 0]); }
    }
  }
  return turned;
}

function leads(onward, start, end) {
  const seen = new Set([start]), found = [start];
  while (found.length) {
    const here = found.pop();
    if (here === end) return true;
    for (const other of onward.get(here)) if (!seen.has(other)) { seen.add(other); found.push(other); }
  }
  return false;
}

// How many steps each box is from the left: as many as the longest way to it has.
function ranksOf(keys, pairs) {
  const after = new Map(keys.map((key) => [key, []])), waits = new Map(keys.map((key) => [key, 0]));
  for (const [left, right] of pairs) {
    if (left === right) continue;
    after.get(left).push(right);
    waits.set(right, waits.get(right) + 1);
  }
  const firsts = keys.filter((key) => !waits.get(key)), free = [...firsts], ranks = new Map(keys.map((key) => [key, 0]));
  for (let at = 0; at < free.length; at++) {
    for (const other of after.get(free[at])) {
      ranks.set(other, Math.max(ranks.get(other), ranks.get(free[at]) + 1));
      waits.set(other, waits.get(other) - 1);
      if (!waits.get(other)) free.push(other);
    }
  }
  for (const key of firsts) {
    if (after.get(key).length) ranks.set(key, after.get(key).reduce((least, other) => Math.min(least, ranks.get(other)), Infinity) - 1);
  }
  return ranks;
}

// The places of a line, from the left; one of them has room for what is written at it. Empty for a loop.
function chainOf(link, [left, right]) {
  if (left === right) return [];
  const between = [];
  for (let layer = left.layer + 1; layer < right.layer; layer++) between.push(slotOf(layer, 0, 0, false));
  const label = left.after.length > right.before.length ? between[between.length - 1] : between[0];
  label.width = link.width; label.height = link.height;
  const chain = [left, ...between, right];
  for (let at = 1; at < chain.length; at++) { chain[at - 1].after.push(chain[at]); chain[at].before.push(chain[at - 1]); }
  return chain;
}

function orderLayers(layers) {
  const number = (some) => some.forEach((layer) => layer.forEach((slot, place) => { slot.place = place; }));
  const middle = (tied, otherwise) => (tied.length ? tied.reduce((sum, slot) => sum + slot.place, 0) / tied.length : otherwise);
  number(layers);
  let best = layers.map((layer) => [...layer]), least = crossings(layers);
  for (let sweep = 0; sweep < SWEEPS && least; sweep++) {
    const forth = sweep % 2 === 0;
    for (const layer of forth ? layers : [...layers].reverse()) {
      const middles = new Map(layer.map((slot) => [slot, middle(forth ? slot.before : slot.after, slot.place)]));
      layer.sort((one, other) => middles.get(one) - middles.get(other));
      number([layer]);
    }
    const found = crossings(layers);
    if (found < least) { best = layers.map((layer) => [...layer]); least = found; }
  }
  number(best);
  return best;
}

// Counted with a Fenwick tree over the places of the next layer.
function crossings(layers) {
  let count = 0;
  layers.forEach((layer, at) => {
    const size = (layers[at + 1] || []).length, tree = new Array(size + 1).fill(0);
    let passed = 0;
    for (const slot of layer) {
      for (const other of slot.after) {
        let below = 0;
        for (let place = other.place + 1; place > 0; place -= place & -place) below += tree[place];
        count += passed - below;
      }
      for (const other of slot.after) {
        for (let place = other.place + 1; place <= size; place += place & -place) tree[place]++;
        passed++;
      }
    }
  });
  return count;
}

function gapsOf(layer) {
  return layer.slice(1).map((slot, at) => (slot.height + layer[at].height) / 2 + (slot.isBox || layer[at].isBox ? BELOW : BELOW_LINE));
}

function stack(layers) {
  for (const layer of layers) {
    let y = 0;
    [0, ...gapsOf(layer)].slice(0, layer.length).forEach((gap, at) => { y += gap; layer[at].y = y; });
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const forth = sweep % 2 === 0;
    for (const layer of forth ? layers : [...layers].reverse()) {
      const wanted = layer.map((slot) => {
        const tied = sweep >= SWEEPS - 4 ? slot.before.concat(slot.after) : forth ? slot.before : slot.after;
        return tied.length ? tied.reduce((sum, other) => sum + other.y, 0) / tied.length : slot.y;
      });
      apart(wanted, gapsOf(layer)).forEach((y, at) => { layer[at].y = y; });
    }
  }
  let top = Infinity, bottom = -Infinity;
  for (const layer of layers) for (const slot of layer) {
    top = Math.min(top, slot.y - slot.height / 2);
    bottom = Math.max(bottom, slot.y + slot.height / 2);
  }
  for (const layer of layers) for (const slot of layer) slot.y -= top;
  return bottom - top;
}

// As near to what is wanted as can be, by least squares, with these gaps at least.
function apart(wanted, gaps) {
  let shift = 0;
  const shifts = [], blocks = [];
  wanted.forEach((want, at) => {
    shift += at ? gaps[at - 1] : 0;
    shifts.push(shift);
    let mean = want - shift, count = 1;
    while (blocks.length && blocks[blocks.length - 1][0] > mean) {
      const [other, more] = blocks.pop();
      mean = (mean * count + other * more) / (count + more);
      count += more;
    }
    blocks.push([mean, count]);
  });
  const means = [];
  for (const [mean, count] of blocks) for (let at = 0; at < count; at++) means.push(mean);
  return means.map((mean, at) => mean + shifts[at]);
}

function portsOf(slots) {
  const ports = new Map();
  for (const slot of slots.values()) {
    ports.set(slot, new Map());
    for (const side of [slot.before, slot.after]) {
      [...side].sort((one, other) => one.place - other.place).forEach((other, at) => {
        ports.get(slot).set(other, slot.y + ((at + 1) / (side.length + 1) - 0.5) * slot.height * 0.8);
      });
    }
  }
  return ports;
}

function route(link, chain, slot, isTurned, lefts, widths, ports) {
  if (!chain.length) {
    const x = lefts[slot.layer] + slot.width, dy = slot.height / 4;
    link.points = [[x, slot.y - dy], [x + BESIDE * 0.6, slot.y], [x, slot.y + dy]];
    link.label = [x, slot.y];
    return;
  }
  const first = chain[0], last = chain[chain.length - 1];
  const points = [[lefts[first.layer] + first.width, ports.get(first).get(chain[1])]];
  for (const each of chain.slice(1, -1)) {
    points.push([lefts[each.layer], each.y], [lefts[each.layer] + widths[each.layer], each.y]);
  }
  points.push([lefts[last.layer], ports.get(last).get(chain[chain.length - 2])]);
  const written = chain.slice(1, -1).find((each) => each.height) || chain[1];
  link.points = isTurned ? points.reverse() : points;
  link.label = [lefts[written.layer] + widths[written.layer] / 2, written.y];
}

// A smooth way through points, which leaves and enters each of them level.
function curve(points) {
  let [x, y] = points[0], path = `M${x.toFixed(1)} ${y.toFixed(1)}`;
  const isLoop = points[0][0] === points[points.length - 1][0];
  for (const [nextX, nextY] of points.slice(1)) {
    if (nextY === y && !isLoop) path += `H${nextX.toFixed(1)}`;
    else {
      const bend = (isLoop ? Math.max(x, nextX) : (x + nextX) / 2).toFixed(1);
      path += `C${bend} ${y.toFixed(1)} ${bend} ${nextY.toFixed(1)} ${nextX.toFixed(1)} ${nextY.toFixed(1)}`;
    }
    [x, y] = [nextX, nextY];
  }
  return path;
}
