// Draws each letter in the page's own font, and last the sign for a letter that no font has; returns the pixels.
const canvas = document.createElement("canvas");
canvas.width = canvas.height = 64;
const context = canvas.getContext("2d", { willReadFrequently: true });
const draw = (letter) => {
  context.clearRect(0, 0, 64, 64);
  context.font = `40px ${getComputedStyle(document.body).fontFamily}`;
  context.fillText(letter, 8, 48);
  return context.getImageData(0, 0, 64, 64).data.join();
};
return [...arguments[0], "\u{10FFFE}"].map(draw);
