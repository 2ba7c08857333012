// Takes a file of corrections in.
"use strict";
const chosen = document.getElementById("import");
if (chosen) chosen.addEventListener("change", async () => {
  const trouble = document.getElementById("trouble");
  const answer = await fetch("/api/v1/corrections/import", {
    method: "POST", body: chosen.files[0], headers: { "content-type": "application/x-ndjson" },
  });
  const said = await answer.json();
  if (answer.ok) location.assign(`/corrections?taken=${said.taken}`);
  trouble.hidden = answer.ok;
  trouble.textContent = answer.ok ? "" : said.detail;
});
