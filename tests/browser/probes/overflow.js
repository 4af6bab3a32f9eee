// Lists what sticks out of the page at the sides, or makes it scroll sideways.
const width = document.documentElement.clientWidth;
const inside = (node) => {
  const box = node.getBoundingClientRect();
  return box.left >= -1 && box.right <= width + 1;
};
const nodes = [...document.querySelectorAll(".bubble, .key, header *, .composer *, .why *")];
const seen = nodes.filter((node) => node.checkVisibility() && !node.closest(".hidden, .field-name, svg, select"));
const page = document.documentElement.scrollWidth > width ? ["the page scrolls sideways"] : [];
return [...page, ...seen.filter((node) => !inside(node)).map((node) => node.outerHTML.slice(0, 80))];
