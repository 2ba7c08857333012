// Pointing at a line, a field, a section or a value lights up its box on the scan, and the other way round.
"use strict";
const light = document.getElementById("light");
const sheet = document.querySelector(".sheet");

function show(element) {
  const box = element.dataset.box && element.dataset.box.split(",").map(Number);
  document.querySelectorAll(".lines li.on").forEach((line) => line.classList.remove("on"));
  if (element.dataset.line !== undefined) element.classList.add("on");
  if (!light || !box) return;
  light.setAttribute("x", box[0]);
  light.setAttribute("y", box[1]);
  light.setAttribute("width", box[2] - box[0]);
  light.setAttribute("height", box[3] - box[1]);
  const scale = sheet.scrollHeight / light.ownerSVGElement.viewBox.baseVal.height;
  const middle = ((box[1] + box[3]) / 2) * scale;
  if (middle < sheet.scrollTop || middle > sheet.scrollTop + sheet.clientHeight) {
    sheet.scrollTop = middle - sheet.clientHeight / 2;
  }
}

document.querySelectorAll("[data-box]").forEach((element) => {
  element.addEventListener("mouseenter", () => show(element));
  element.addEventListener("focusin", () => show(element));
});
document.querySelectorAll("rect.line").forEach((rect) => {
  const line = document.querySelector(`.lines li[data-line="${rect.dataset.line}"]`);
  rect.addEventListener("mouseenter", () => show(line));
  rect.addEventListener("click", () => {
    line.focus();
    line.scrollIntoView({ block: "center" });
  });
});
const lit = document.querySelector("rect.lit:not(#light)") || null;
if (lit && sheet) sheet.scrollTop = (lit.y.baseVal.value / lit.ownerSVGElement.viewBox.baseVal.height) * sheet.scrollHeight - 80;
