// Lists controls that are smaller than 24 pixels (WCAG 2.2, 2.5.8 AA).
const nodes = [...document.querySelectorAll("button, a.key, select, textarea")];
return nodes
  .filter((node) => node.checkVisibility())
  .filter((node) => Math.min(node.getBoundingClientRect().width, node.getBoundingClientRect().height) < 23.9)
  .map((node) => node.outerHTML.slice(0, 80));
