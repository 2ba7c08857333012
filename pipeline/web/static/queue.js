// The queue by keyboard: Enter settles; Alt+1 … Alt+4 take a suggestion; Alt+J skips; Alt+E empties; Alt+U undoes.
"use strict";
const form = document.getElementById("settle");
const value = document.getElementById("value");
if (value) {
  if (document.activeElement !== value) value.focus();
  value.select();
}
if (value) value.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.querySelector("button.main").click();
  }
});
const offers = [...document.querySelectorAll(".offer")];
offers.forEach((offer) => offer.addEventListener("click", () => {
  value.value = offer.dataset.value;
  value.focus();
}));
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const press = (id) => {
    const element = document.getElementById(id);
    if (element) (element.tagName === "FORM" ? element.requestSubmit() : element.click());
  };
  const keys = { KeyJ: "skip", KeyE: "empty", KeyU: "undo" };
  if (keys[event.code]) {
    event.preventDefault();
    press(keys[event.code]);
  } else if (/^Digit[1-9]$/.test(event.code) && offers[Number(event.code[5]) - 1]) {
    event.preventDefault();
    offers[Number(event.code[5]) - 1].click();
  }
});
