// What there is, what of it is shown, and what a queue holds at a moment.
const DATA = JSON.parse(document.getElementById("data").textContent);
const NODES = DATA.nodes.map((node, index) => ({ ...node, index, out: [], in: [] }));
const EDGES = DATA.edges.map((edge, index) => ({ ...edge, index }));
for (const edge of EDGES) { NODES[edge.source].out.push(edge); NODES[edge.target].in.push(edge); }
const MOST_OPENED = 40, MOST_PARTS = 20;
const GROUPS_OF = new Map(); // by number of a node: the groups that it is in, the largest first
DATA.groups.forEach((group, index) => addGroup(group.name, group.members, `group-${index}`));

// A group of very many opens in steps: into groups of its members, in the order of their names.
function addGroup(name, members, id) {
  const group = { id, name, members };
  for (const member of members) GROUPS_OF.set(member, [...(GROUPS_OF.get(member) || []), group]);
  if (members.length <= MOST_OPENED) return;
  const sorted = [...members].sort((one, other) => (NODES[one].name < NODES[other].name ? -1 : NODES[one].name > NODES[other].name ? 1 : one - other));
  const size = Math.max(5, Math.ceil(members.length / MOST_PARTS));
  for (let at = 0; at < sorted.length; at += size) {
    const part = sorted.slice(at, at + size);
    addGroup(`${titleOf(NODES[part[0]])} … ${titleOf(NODES[part[part.length - 1]])}`, part, `${id}-${at}`);
  }
}
// The largest group around a node that is not open; undefined if all are.
const groupAround = (node) => (GROUPS_OF.get(node.index) || []).find((group) => !state.open.has(group.id));
DATA.journeys = DATA.journeys.map((journey) => ({ ...journey, events: journey.events.map(([moment, what, node, queue, copy, text, place]) => (
  { moment, at: DATA.moments[moment], what, node, queue, copy, text, place })) }));
DATA.happened = {}; // by moment
const happens = (moment, node, text) => (DATA.happened[moment] ||= []).push({ node, text });
for (const node of NODES) {
  if (node.born) happens(node.born, node.index, `queue '${titleOf(node)}' is declared`);
  if (node.ended) happens(node.ended, node.index, `queue '${titleOf(node)}' is deleted`);
}
for (const journey of DATA.journeys) {
  for (const event of journey.events) happens(event.moment, event.node, `${journey.id > 0 ? `message ${journey.id}` : "a message"}: ${event.text}`);
}
const LAST = Math.max(0, DATA.moments.length - 1);
const MOST_NODES = 40;

const state = { query: "", vhost: "", kind: "", holding: false, open: new Set(), selected: null, moment: LAST, tab: "picture" };

// Text as it is shown: what would change the direction of what follows, or shows as nothing, as its number.
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const shown = (text) => text.replace(INVISIBLE, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
function shortened(text, most) {
  const signs = [...shown(text)];
  if (signs.length <= most) return signs.join("");
  const end = Math.floor(most / 3);
  return `${signs.slice(0, most - end - 1).join("")}…${signs.slice(-end).join("")}`;
}
const number = (value) => value.toLocaleString("en-US");
const several = (count, word) => `${number(count)} ${word}${count === 1 ? "" : "s"}`;
function titleOf(node) { return node.name || "(default exchange)"; }

// --- time

function depthAt(node, moment) {
  const depths = DATA.depths[node.index];
  if (!depths) return fixedOf(node); // nothing ever happened to it
  let low = 0, high = depths.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (depths[middle][0] <= moment) low = middle + 1; else high = middle;
  }
  const [, ready, unacked, delayed, consumers] = low ? depths[low - 1] : [0, 0, 0, 0, 0];
  return { ready, unacked, delayed, consumers };
}
const fixedOf = (node) => ({ ready: node.ready, unacked: node.unacked, delayed: node.delayed, consumers: node.consumers.length });

function depthOf(nodes, moment) {
  const sum = { ready: 0, unacked: 0, delayed: 0, consumers: 0 };
  for (const node of nodes) {
    const depth = depthAt(node, moment);
    for (const what in sum) sum[what] += depth[what];
  }
  return sum;
}
const deepestOf = (node) => (DATA.depths[node.index] || []).reduce((most, [, ready, unacked, delayed]) => Math.max(most, ready + unacked + delayed), 0);

function stateAt(node, moment) {
  if (node.born !== undefined && moment < node.born) return "unborn";
  if (node.state === "deleted") return node.ended === undefined || moment >= node.ended ? "deleted" : "there";
  return node.state;
}

function heldIn(depth) {
  const told = [`${number(depth.ready)} ready`];
  if (depth.unacked) told.push(`${number(depth.unacked)} unacked`);
  if (depth.delayed) told.push(`${number(depth.delayed)} delayed`);
  if (depth.consumers) told.push(several(depth.consumers, "consumer"));
  return told.join(" · ");
}

function span(us) {
  if (us % 1e6 === 0) {
    for (const [unit, length] of [["d", 864e8], ["h", 36e8], ["min", 6e7]]) if (us && us % length === 0) return `${number(us / length)} ${unit}`;
    return `${number(us / 1e6)} s`;
  }
  return us < 1e6 ? `${us / 1e3} ms` : `${(us / 1e6).toFixed(3)} s`;
}

// --- what is shown

const matchesText = (text) => text.toLowerCase().includes(state.query);
function matches(node) {
  if (state.vhost !== "" && node.vhost !== DATA.vhosts[state.vhost]) return false;
  if (state.kind && state.kind !== node.kind && state.kind !== `${node.kind}:${node.type}` && state.kind !== node.state) return false;
  if (state.holding) {
    const depth = depthAt(node, state.moment);
    if (!(depth.ready || depth.unacked || depth.delayed)) return false;
  }
  return !state.query || matchesText(titleOf(node)) || (node.kind === "queue" && node.in.some((edge) => edge.labels.some(matchesText)));
}
const isFiltered = () => Boolean(state.query || state.vhost !== "" || state.kind || state.holding);

// found: what matches; nodes: that and what it is tied to; drawn: boxes, some of which stand for several nodes.
function visible() {
  const found = new Set(NODES.filter(matches));
  const nodes = new Set(found);
  const narrows = state.query || state.kind || state.holding;
  if (narrows) for (const node of found) {
    for (const edge of node.out) nodes.add(NODES[edge.target]);
    for (const edge of node.in) nodes.add(NODES[edge.source]);
  }
  return { found, nodes, drawn: drawnOf([...nodes].sort((one, other) => one.index - other.index)) };
}

function drawnOf(nodes) {
  const folds = nodes.length > MOST_NODES, together = new Map(), boxes = new Map(), boxOf = new Map();
  if (folds) for (const node of nodes) {
    const group = groupAround(node);
    if (group) together.set(group.id, [...(together.get(group.id) || []), node]);
  }
  for (const node of nodes) {
    const group = groupAround(node), members = group && together.get(group.id);
    const isFolded = members && members.length > 2;
    const id = isFolded ? group.id : `node-${node.index}`;
    if (!boxes.has(id)) boxes.set(id, isFolded ? { id, group, members, node } : { id, members: [node], node });
    boxOf.set(node, boxes.get(id));
  }
  const ways = new Map();
  for (const edge of EDGES) {
    const from = boxOf.get(NODES[edge.source]), to = boxOf.get(NODES[edge.target]);
    if (!from || !to) continue;
    const id = `${from.id} ${to.id} ${edge.way}`;
    if (!ways.has(id)) ways.set(id, { id, from, to, way: edge.way, edges: [] });
    ways.get(id).edges.push(edge);
  }
  return { boxes: [...boxes.values()], ways: [...ways.values()], boxOf };
}

function labelsOf(way) {
  const labels = new Set();
  for (const edge of way.edges) for (const label of edge.labels) if (label) labels.add(label);
  return [...labels];
}

function writtenAt(way) {
  const labels = labelsOf(way), count = way.edges.reduce((sum, edge) => sum + edge.count, 0);
  if (way.way === "alternate") return ["unroutable"];
  if (way.way === "default") return ["by its name"];
  const lines = labels.length > 3 ? [`${number(labels.length)} keys`] : labels.map((label) => shortened(label, 34));
  if (way.way === "dead letters") return ["dead letters", ...lines.map((line) => `as ${line}`)];
  return lines.length || count <= 3 ? lines : [`${number(count)} bindings`];
}
