// Making elements. Text only ever goes in as text.
const byId = (id) => document.getElementById(id);

function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}
function draw(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") for (const [event, handler] of Object.entries(value)) element.addEventListener(event, handler);
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}
const bdi = (text) => make("bdi", {}, shown(text));

// How wide a text comes out in the fonts of this page, in pixels.
const measured = (() => {
  const context = document.createElement("canvas").getContext("2d"), known = new Map();
  return (text, look) => {
    const key = `${look} ${text}`;
    if (!known.has(key)) {
      context.font = `${look} system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif`;
      known.set(key, context.measureText(text).width);
    }
    return known.get(key);
  };
})();
