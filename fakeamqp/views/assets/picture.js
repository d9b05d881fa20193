// The picture: boxes and ways, moved with pointer, wheel and keys.
const view = { x: 0, y: 0, scale: 1, width: 1, height: 1 };
const BEHIND = 5; // how far several that are drawn as one look out behind the first
let drawn = { boxes: [], ways: [] };
let found = new Set();

function wordsOf(box) {
  const node = box.node, lines = [];
  const name = box.group ? box.group.name : titleOf(node);
  const what = box.group ? `${number(box.members.length)} ${node.type} ${node.kind}s` : `${node.type} ${node.kind}`.trim();
  lines.push(shortened(name, 40));
  if (node.state === "missing") return [lines[0], `there is no such ${node.kind}`];
  lines.push([what, ...same(box, (each) => each.traits)].join(", "));
  const limits = same(box, (each) => each.limits.map(([limit, value]) => `${limit} ${value}`));
  for (let at = 0; at < limits.length; at += 2) lines.push(shortened(limits.slice(at, at + 2).join(", "), 46));
  const policy = same(box, (each) => (each.policy ? [each.policy] : []));
  if (policy.length) lines.push(shortened(`policy ${policy[0]}`, 44));
  return lines;
}
function same(box, read) {
  const first = read(box.node);
  return box.members.every((node) => String(read(node)) === String(first)) ? first : [];
}

function showPicture(keepView) {
  const seen = visible();
  drawn = seen.drawn;
  found = seen.found;
  const world = byId("world");
  world.replaceChildren();
  for (const box of drawn.boxes) measure(box);
  for (const way of drawn.ways) {
    way.lines = way.from === way.to ? [] : writtenAt(way);
    way.link = {
      source: way.from.id, target: way.to.id, isWeak: way.way === "dead letters" || way.way === "alternate",
      width: way.lines.reduce((most, line) => Math.max(most, measured(line, "11px") + 14), 0),
      height: way.lines.length ? 15 * way.lines.length + 3 : 0,
    };
  }
  const size = placeFrames(world);
  view.width = size.width; view.height = size.height;
  for (const item of byId("legend").children) item.hidden = !drawn.ways.some((way) => way.element.classList.contains(item.className));
  byId("legend").hidden = !drawn.ways.length;
  byId("nothing").hidden = drawn.boxes.length > 0;
  if (!keepView) fit(); else move();
  showMoment();
}

function measure(box) {
  box.words = wordsOf(box);
  box.holds = box.node.kind === "queue" && box.node.state !== "missing";
  const widths = box.words.map((line, at) => measured(line, at ? "11px" : "600 13px"));
  if (box.holds) widths.push(measured(heldIn({ ready: 88888, unacked: 888, delayed: 0, consumers: 0 }), "600 11px"));
  box.width = Math.max(90, ...widths) + 24;
  box.height = 14 + 16 * (box.words.length + (box.holds ? 1 : 0)) + (box.holds ? 4 : 0);
}

// A frame for each virtual host; those between which a way leads, because they are folded, share one.
function placeFrames(world) {
  const frameOf = new Map(drawn.boxes.map((box) => [box, box.members.every((node) => node.vhost === box.node.vhost) ? box.node.vhost : null]));
  const joined = new Map([...new Set(frameOf.values())].map((vhost) => [vhost, vhost]));
  for (const way of drawn.ways) {
    const one = joined.get(frameOf.get(way.from)), other = joined.get(frameOf.get(way.to));
    if (one !== other) for (const [vhost, frame] of joined) if (frame === other) joined.set(vhost, one);
  }
  const widest = Math.max(900, byId("picture").clientWidth * 1.1);
  let y = 0, width = 0;
  for (const frame of new Set(joined.values())) {
    const inside = (box) => joined.get(frameOf.get(box)) === frame;
    const boxes = drawn.boxes.filter(inside), ways = drawn.ways.filter((way) => inside(way.from));
    const room = (box) => (box.group ? [box.width + BEHIND, box.height + BEHIND] : [box.width, box.height]);
    const vhosts = [...joined].filter(([, each]) => each === frame).map(([vhost]) => vhost);
    const layout = arrange(new Map(boxes.map((box) => [box.id, room(box)])), ways.map((way) => way.link), widest);
    const title = vhosts.length === 1 && frame !== null ? `virtual host ${shortened(frame, 60)}` : "several virtual hosts";
    const frameWidth = Math.max(layout.width, measured(title, "600 12px")) + 40, frameHeight = layout.height + 54;
    const inner = draw("g", { transform: `translate(20 ${y + 36})` });
    world.append(
      draw("rect", { class: "frame", x: 0, y, width: frameWidth, height: frameHeight, rx: 10 }),
      draw("text", { class: "vhost", x: 20, y: y + 22 }, title),
      inner,
    );
    for (const way of ways) inner.append(drawWay(way));
    for (const box of boxes) inner.append(drawBox(box, ...layout.boxes.get(box.id)));
    y += frameHeight + 24;
    width = Math.max(width, frameWidth);
  }
  return { width, height: Math.max(0, y - 24) };
}

function drawBox(box, x, y) {
  const { width, height } = box, node = box.node;
  y += box.group ? BEHIND : 0;
  const rx = node.kind === "exchange" ? Math.min(height / 2, 20) : 4;
  const rect = (dx, dy) => draw("rect", { class: "box", x: x + dx, y: y + dy, width, height, rx });
  const name = box.group ? `${box.words[0]}, ${box.words[1]}` : `${node.kind} ${titleOf(node)}`;
  box.left = x; box.top = y;
  box.element = draw("g", {
    class: `node ${node.kind}`, tabindex: 0, role: "button", "aria-label": shown(name), "data-id": box.id,
    on: {
      click: () => choose(box),
      keydown: (event) => {
        if (event.key === "Enter" || event.key === " ") { event.preventDefault(); event.stopPropagation(); choose(box); }
      },
    },
  }, box.group ? rect(BEHIND, -BEHIND) : null, rect(0, 0),
    box.words.map((line, at) => draw("text", { class: at ? "more" : "name", x: x + 12, y: y + 20 + 16 * at }, line)));
  if (box.holds) {
    box.held = draw("text", { class: "held", x: x + 12, y: y + 20 + 16 * box.words.length });
    box.bar = draw("rect", { class: "depth", x: x + 1, y: y + height - 4, width: 0, height: 3 });
    box.element.append(box.held, box.bar);
  }
  return box.element;
}

function drawWay(way) {
  const kind = way.way.replace(" ", "-");
  const tip = kind === "dead-letters" || kind === "alternate" ? `tip-${kind}` : "tip";
  const path = curve(way.link.points), [x, y] = way.link.label;
  way.element = draw("g", { class: `way ${kind}`, "data-id": way.id, on: { click: () => choose(way) } },
    draw("path", { class: "wide", d: path }),
    draw("path", { class: "line", d: path, "marker-end": `url(#${tip})` }));
  way.lines.forEach((line, at) => {
    const middle = y + 15 * (at - (way.lines.length - 1) / 2), width = measured(line, "11px") + 8;
    way.element.append(
      draw("rect", { x: x - width / 2, y: middle - 8, width, height: 15 }),
      draw("text", { class: "way-label", x, y: middle + 4, "text-anchor": "middle" }, line),
    );
  });
  return way.element;
}

// What changes with the moment and with what is chosen; nothing moves.
function showMoment() {
  const happening = new Set((DATA.happened[state.moment] || []).flatMap((event) => (event.node === null ? [] : [event.node])));
  for (const box of drawn.boxes) {
    const states = new Set(box.members.map((node) => stateAt(node, state.moment)));
    const names = box.element.classList;
    for (const each of ["missing", "deleted", "unborn"]) names.toggle(each, states.size === 1 && states.has(each));
    names.toggle("now", LAST > 0 && box.members.some((node) => happening.has(node.index)));
    names.toggle("selected", state.selected !== null && state.selected.id === box.id);
    names.toggle("found", Boolean(state.query) && box.members.some((node) => found.has(node)));
    names.toggle("beside", isFiltered() && !box.members.some((node) => found.has(node)));
    if (box.holds) {
      const depth = depthOf(box.members, state.moment), held = depth.ready + depth.unacked + depth.delayed;
      const most = Math.max(1, box.members.reduce((sum, node) => sum + deepestOf(node), 0), held);
      box.held.textContent = states.has("deleted") && states.size === 1 ? "deleted" : heldIn(depth);
      box.held.classList.toggle("empty", !held);
      box.bar.setAttribute("width", ((box.width - 2) * held / most).toFixed(1));
    }
  }
  for (const way of drawn.ways) {
    const names = way.element.classList, chosen = state.selected;
    names.toggle("selected", chosen !== null && chosen.id === way.id);
    names.toggle("lit", chosen !== null && (chosen.id === way.from.id || chosen.id === way.to.id));
    names.toggle("unborn", way.edges.every((edge) => [edge.source, edge.target].some((end) => stateAt(NODES[end], state.moment) === "unborn")));
  }
}

// --- moving about

function move() {
  byId("world").setAttribute("transform", `translate(${view.x.toFixed(1)} ${view.y.toFixed(1)}) scale(${view.scale.toFixed(4)})`);
}

// All of it, unless it would be too small to read: then its beginning.
function fit(least = 0.7) {
  const { clientWidth, clientHeight } = byId("picture"), edge = clientWidth < 760 ? 10 : 24, foot = 44;
  const whole = Math.min((clientWidth - 2 * edge) / view.width, (clientHeight - edge - foot) / view.height);
  view.scale = Math.min(1, Math.max(whole, Math.min(least, 1)));
  view.x = Math.max(edge, (clientWidth - view.width * view.scale) / 2);
  view.y = view.height * view.scale < clientHeight - edge - foot ? (clientHeight - foot + edge - view.height * view.scale) / 2 : edge;
  move();
}

function zoom(factor, x = byId("picture").clientWidth / 2, y = byId("picture").clientHeight / 2) {
  const scale = Math.min(3, Math.max(0.08, view.scale * factor));
  view.x = x - (x - view.x) * scale / view.scale;
  view.y = y - (y - view.y) * scale / view.scale;
  view.scale = scale;
  move();
}

function bringIntoView(box) {
  const { clientWidth, clientHeight } = byId("picture");
  const place = box.element.getBoundingClientRect(), around = byId("canvas").getBoundingClientRect();
  if (place.left < around.left || place.right > around.right) view.x += around.left + clientWidth / 2 - (place.left + place.right) / 2;
  const foot = clientWidth < 760 && !byId("details").hidden ? byId("details").clientHeight : 0;
  const bottom = around.bottom - foot;
  if (place.top < around.top || place.bottom > bottom) view.y += around.top + (clientHeight - foot) / 2 - (place.top + place.bottom) / 2;
  move();
}

function listenToPointers() {
  const canvas = byId("canvas"), pointers = new Map();
  let travelled = 0;
  canvas.addEventListener("pointerdown", (event) => {
    pointers.set(event.pointerId, [event.clientX, event.clientY]);
    if (pointers.size === 1) travelled = 0;
  });
  window.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const others = [...pointers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
    if (others.length === 1) {
      const [x, y] = others[0], apart = (place) => Math.hypot(place[0] - x, place[1] - y) || 1;
      const corner = canvas.getBoundingClientRect();
      zoom(apart([event.clientX, event.clientY]) / apart(before), x - corner.left, y - corner.top);
    }
    const share = others.length === 1 ? 0.5 : 1;
    view.x += (event.clientX - before[0]) * share;
    view.y += (event.clientY - before[1]) * share;
    travelled += Math.hypot(event.clientX - before[0], event.clientY - before[1]);
    pointers.set(event.pointerId, [event.clientX, event.clientY]);
    move();
  });
  for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, (event) => pointers.delete(event.pointerId));
  // Who has dragged the picture did not mean to press what the pointer ends on.
  canvas.addEventListener("click", (event) => { if (travelled > 6) event.stopPropagation(); }, true);
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const corner = canvas.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), event.clientX - corner.left, event.clientY - corner.top);
  }, { passive: false });
  canvas.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
    if (steps[event.key]) { view.x += steps[event.key][0]; view.y += steps[event.key][1]; move(); }
    else if (event.key === "+" || event.key === "=") zoom(1.25);
    else if (event.key === "-") zoom(0.8);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
  });
  canvas.addEventListener("focusin", (event) => {
    const box = drawn.boxes.find((each) => each.element === event.target);
    if (box && event.target.matches(":focus-visible")) bringIntoView(box);
  });
  byId("zoom-in").addEventListener("click", () => zoom(1.25));
  byId("zoom-out").addEventListener("click", () => zoom(0.8));
  byId("zoom-fit").addEventListener("click", () => fit(0));
}
