// Lists visible texts whose contrast with what is behind them is below 4.5 (WCAG 2.2, 1.4.3 AA).
const light = (value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const luminance = ([r, g, b]) => 0.2126 * light(r / 255) + 0.7152 * light(g / 255) + 0.0722 * light(b / 255);
const parse = (color) => (color.match(/[\d.]+/g) || []).map(Number);
const backdrop = (node) => {
  for (let at = node; at; at = at.parentElement) {
    const color = parse(getComputedStyle(at).backgroundColor);
    if (color.length === 3 || color[3] === 1) return color;
  }
  return [255, 255, 255];
};
const low = [];
for (const node of document.querySelectorAll("body *")) {
  const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
  const shown = node.checkVisibility({ opacityProperty: true });
  if (!own || !shown || node.closest(".hidden, .skip, .toast, noscript, option")) continue;
  const pair = [parse(getComputedStyle(node).color), backdrop(node)].map(luminance).sort((one, other) => other - one);
  const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
  if (ratio < 4.5) low.push(`${node.tagName}.${node.className} “${node.textContent.slice(0, 30)}” ${ratio.toFixed(2)}`);
}
return low;
