// Lists what is wrong with the charts of a page as they are drawn: letters outside their sheet, written over each
// other, too faint or not to be selected; and whatever makes the page scroll sideways.
const found = [];
const light = (value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const luminance = ([r, g, b]) => 0.2126 * light(r / 255) + 0.7152 * light(g / 255) + 0.0722 * light(b / 255);
const parse = (color) => color.match(/[\d.]+/g).map(Number);
const apart = (one, other) =>
  one.right <= other.left + 1 || other.right <= one.left + 1 || one.bottom <= other.top + 3 || other.bottom <= one.top + 3;
for (const sheet of document.querySelectorAll("figure > svg")) {
  const edge = sheet.getBoundingClientRect();
  const texts = [...sheet.querySelectorAll("text")].map((node) => ({ node, box: node.getBoundingClientRect() }));
  for (const { node, box } of texts) {
    const name = `${sheet.getAttribute("aria-labelledby").split("-")[0]}: “${node.textContent}”`;
    if (box.width === 0) found.push(`${name} is not drawn`);
    if (box.left < edge.left - 1 || box.right > edge.right + 1 || box.bottom > edge.bottom + 1)
      found.push(`${name} leaves its sheet`);
    const ratio = 1.05 / (luminance(parse(getComputedStyle(node).fill)) + 0.05);
    if (ratio < 4.5) found.push(`${name} is faint: ${ratio.toFixed(2)}`);
    getSelection().selectAllChildren(node);
    if (getSelection().toString() !== node.textContent) found.push(`${name} cannot be selected`);
  }
  texts.forEach((one, place) => {
    for (const other of texts.slice(place + 1))
      if (!apart(one.box, other.box)) found.push(`“${one.node.textContent}” and “${other.node.textContent}” overlap`);
  });
}
getSelection().removeAllRanges();
if (document.documentElement.scrollWidth > document.documentElement.clientWidth) found.push("the page scrolls sideways");
return found;
