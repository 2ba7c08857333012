// "/" goes to the query; a new order is taken at once; on a telephone the filters begin closed.
"use strict";
const query = document.getElementById("q");
document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
  if (event.key === "/" && !typing) {
    event.preventDefault();
    query.focus();
    query.select();
  }
});
const sort = document.getElementById("sort");
sort.addEventListener("change", () => sort.form.submit());
sort.form.querySelector("button").hidden = true;
if (window.matchMedia("(max-width: 800px)").matches) document.querySelector(".facets").open = false;
