// What is known of a box or a way that somebody has chosen.
const MOST_LISTED = 300;

function showDetails() {
  const panel = byId("details"), chosen = state.selected;
  panel.hidden = chosen === null;
  if (chosen === null) return;
  const close = make("button", { class: "close", type: "button", "aria-label": "Close", on: { click: () => choose(null) } }, "×");
  const body = chosen.members ? (chosen.group && chosen.members.length > 1 ? groupDetails(chosen) : nodeDetails(chosen.node)) : wayDetails(chosen);
  panel.replaceChildren(close, ...body);
}

const linkTo = (node) => make("button", { class: "link", type: "button", on: { click: () => find(node) } }, bdi(titleOf(node)));
function listed(items, one) {
  const list = make("ul", {}, items.slice(0, MOST_LISTED).map(one));
  if (items.length > MOST_LISTED) list.append(make("li", { class: "faint" }, `and ${number(items.length - MOST_LISTED)} more; search narrows it down`));
  return list;
}
function keysOf(labels) {
  const wanted = state.query && labels.some(matchesText) ? labels.filter(matchesText) : labels;
  return make("span", { class: "keys" },
    wanted.slice(0, MOST_LISTED).map((label) => make("code", { dir: "auto" }, shown(label))),
    wanted.length > MOST_LISTED ? make("span", { class: "faint" }, `and ${number(wanted.length - MOST_LISTED)} more`) : null);
}
const term = (name, value) => [make("dt", {}, name), make("dd", {}, value)];

function nodeDetails(node) {
  const now = stateAt(node, state.moment);
  const what = node.state === "missing" ? `There is no such ${node.kind}.` : `${node.type} ${node.kind}${now === "deleted" ? ", deleted" : now === "unborn" ? ", not declared yet" : ""}`;
  const facts = make("dl", {}, term("virtual host", bdi(node.vhost)));
  if (node.traits.length) facts.append(...term("is", node.traits.join(", ")));
  for (const [limit, value] of node.limits) facts.append(...term(limit, value));
  if (node.policy) facts.append(...term("policy", bdi(node.policy)));
  if (node.kind === "queue" && node.state !== "missing") {
    const depth = depthAt(node, state.moment);
    facts.append(...term("ready", number(depth.ready)), ...term("unacked", number(depth.unacked)));
    if (depth.delayed) facts.append(...term("delayed", number(depth.delayed)));
    facts.append(...term("consumers", number(depth.consumers)));
  }
  const journeys = DATA.journeys.filter((journey) => journey.vhost === node.vhost && passes(journey, node));
  return [
    make("h2", {}, bdi(titleOf(node))), make("p", { class: node.state === "missing" ? "dead" : "faint" }, what), facts,
    node.consumers.length ? make("h3", {}, "Consumers") : null,
    node.consumers.length ? listed(node.consumers, (tag) => make("li", {}, make("code", { dir: "auto" }, shown(tag)))) : null,
    ...waysOf(node.in, "Comes from", (edge) => NODES[edge.source]), ...waysOf(node.out, "Goes to", (edge) => NODES[edge.target]),
    journeys.length ? make("h3", {}, "Messages") : null,
    journeys.length ? make("button", { class: "link", type: "button", on: { click: () => showOnly(node) } }, `${several(journeys.length, "message")} came through here`) : null,
    group(node),
  ].filter(Boolean);
}
const passes = (journey, node) => (node.kind === "queue" ? journey.events.some((event) => event.node === node.index) : journey.exchange === node.name);

function group(node) {
  const open = (GROUPS_OF.get(node.index) || []).filter((each) => state.open.has(each.id)), own = open[open.length - 1];
  if (!own) return null;
  const fold = () => { state.open.delete(own.id); choose(null); showAll(); };
  return make("p", {}, make("button", { type: "button", on: { click: fold } }, `Fold ${shortened(own.name, 30)}`));
}

function waysOf(edges, title, other) {
  if (!edges.length) return [];
  return [make("h3", {}, title), listed(edges, (edge) => make("li", {}, linkTo(other(edge)),
    edge.way === "binding" ? null : make("span", { class: edge.way === "dead letters" ? "dead" : "faint" }, ` ${edge.way === "alternate" ? "what cannot be routed" : edge.way === "default" ? "by its name" : edge.way}`),
    edge.labels.some(Boolean) ? make("div", {}, keysOf(edge.labels.filter(Boolean))) : null))];
}

function groupDetails(box) {
  return [
    make("h2", {}, bdi(box.group.name)),
    make("p", { class: "faint" }, `${box.words[1]}, drawn as one`),
    make("p", {}, make("button", { type: "button", id: "open-group", on: { click: () => { state.open.add(box.group.id); choose(null); showAll(); } } }, `Open ${number(box.members.length)}`)),
    box.holds ? make("p", {}, heldIn(depthOf(box.members, state.moment))) : null,
    make("h3", {}, "Members"), listed(box.members, (node) => make("li", {}, linkTo(node))),
  ].filter(Boolean);
}

function wayDetails(way) {
  const labels = labelsOf(way);
  const end = (box) => (box.group && box.members.length > 1 ? make("b", {}, bdi(box.group.name)) : linkTo(box.node));
  const words = { binding: "Bindings", "dead letters": "Dead letters", alternate: "What cannot be routed", default: "By the queue's name" };
  return [
    make("h2", {}, words[way.way]),
    make("p", {}, end(way.from), " → ", end(way.to)),
    labels.length ? make("h3", {}, several(labels.length, way.way === "dead letters" ? "routing key" : "key")) : null,
    labels.length ? keysOf(labels) : make("p", { class: "faint" }, way.way === "binding" ? "without a key" : way.way === "dead letters" ? "with the keys that they had" : ""),
  ].filter(Boolean);
}
