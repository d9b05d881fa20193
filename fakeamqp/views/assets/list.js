// Queues and exchanges in a table, for who would rather read than look.
function showList() {
  const nodes = NODES.filter(matches), rows = nodes.slice(0, 2000);
  const table = make("table", {},
    make("thead", {}, make("tr", {}, ["Name", "Type"].map((title) => make("th", { scope: "col" }, title)),
      make("th", { scope: "col", class: "number" }, "Ready"), make("th", { scope: "col", class: "number" }, "Unacked"),
      make("th", { scope: "col", class: "number optional" }, "Consumers"), make("th", { scope: "col", class: "optional" }, "Bound to"))),
    make("tbody", {}, rows.map(rowOf)));
  byId("list").replaceChildren(rows.length ? table : make("p", { class: "faint" }, "Nothing matches."));
  if (nodes.length > rows.length) byId("list").append(make("p", { class: "faint" }, `and ${number(nodes.length - rows.length)} more; search narrows it down`));
}

function rowOf(node) {
  const depth = depthAt(node, state.moment), isQueue = node.kind === "queue" && node.state !== "missing";
  const counts = (value) => (isQueue ? number(value) : "");
  const others = [...new Set((node.kind === "queue" ? node.in.map((edge) => edge.source) : node.out.map((edge) => edge.target)))];
  const names = others.slice(0, 3).map((index) => shortened(titleOf(NODES[index]), 30));
  const what = stateAt(node, state.moment) === "there" ? `${node.type} ${node.kind}` : `${node.type} ${node.kind}, ${node.state === "missing" ? "missing" : stateAt(node, state.moment) === "unborn" ? "not declared yet" : "deleted"}`;
  return make("tr", { class: state.selected && state.selected.node === node ? "selected" : false },
    make("td", {}, linkTo(node), DATA.vhosts.length > 1 ? make("div", { class: "faint" }, bdi(node.vhost)) : null),
    make("td", { class: node.state === "missing" ? "dead" : false }, what.trim()),
    make("td", { class: "number" }, counts(depth.ready)), make("td", { class: "number" }, counts(depth.unacked)),
    make("td", { class: "number optional" }, counts(depth.consumers)),
    make("td", { class: "optional" }, make("bdi", {}, names.join(", ")), others.length > 3 ? ` and ${others.length - 3} more` : ""));
}
