// Search without a server: what a query needs is loaded as scripts, the only data a page opened from a folder may load.
"use strict";
const sohoa = (() => {
  const LISTED = 1000, SHOWN = 20;
  const postings = new Map(), lists = new Map(), loads = new Map();

  const load = (address) => {
    if (!loads.has(address)) {
      loads.set(address, new Promise((done) => {
        const script = document.createElement("script");
        script.src = address;
        script.onload = script.onerror = done;
        document.head.append(script);
      }));
    }
    return loads.get(address);
  };

  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐðÐ]/g, "d").toLowerCase();
  const wordsOf = (text) => fold(text).match(/[\p{L}\p{N}]+/gu) || [];
  const shardOf = (word) => [...word].slice(0, 2).map((letter) => letter.codePointAt(0).toString(16)).join("-");

  const documentsWith = async (word) => {
    await load(`words/${shardOf(word)}.js`);
    let at = 0;
    return (postings.get(word) || "").split(",").filter(Boolean).map((distance) => (at += Number(distance)));
  };

  const find = async (query) => {
    const words = [...new Set(wordsOf(query))];
    if (!words.length) return Array.from({ length: COUNT }, (_, number) => number);
    const found = await Promise.all(words.map(documentsWith));
    found.sort((one, other) => one.length - other.length);
    const others = found.slice(1).map((numbers) => new Set(numbers));
    return found[0].filter((number) => others.every((numbers) => numbers.has(number)));
  };

  const entry = async (number) => {
    const part = Math.floor(number / LISTED);
    await load(`list/${part}.js`);
    return lists.get(part)[number % LISTED];
  };

  const shown = ([address, title, number, date, body, path]) => {
    const item = document.createElement("li"), link = document.createElement("a"), where = document.createElement("span");
    link.href = address;
    link.textContent = title;
    where.className = "where";
    where.textContent = [number, date, body, path].filter(Boolean).join(" · ");
    item.append(link, where);
    return item;
  };

  // Titles that have the words come first, then the newest.
  const ranked = async (query, numbers) => {
    if (numbers.length > 5000) return numbers;
    const words = new Set(wordsOf(query));
    const entries = await Promise.all(numbers.map(async (number) => [number, await entry(number)]));
    const score = ([, [, title]]) => wordsOf(title).filter((word) => words.has(word)).length;
    const scored = entries.map((one) => [score(one), one[1][3] || "", one[0]]);
    scored.sort((one, other) => other[0] - one[0] || (other[1] > one[1] ? 1 : other[1] < one[1] ? -1 : one[2] - other[2]));
    return scored.map(([, , number]) => number);
  };

  const search = async (query) => {
    const told = document.getElementById("told"), hits = document.getElementById("hits");
    const more = document.getElementById("more");
    told.textContent = "Đang tìm …";
    const numbers = await ranked(query, await find(query));
    hits.replaceChildren();
    let at = 0;
    const next = async () => {
      for (const number of numbers.slice(at, at + SHOWN)) hits.append(shown(await entry(number)));
      at += SHOWN;
      more.hidden = at >= numbers.length;
    };
    more.onclick = next;
    await next();
    told.textContent = numbers.length ? `${numbers.length} văn bản` : "Không có văn bản nào có đủ các từ này.";
    document.body.dataset.ready = query;
  };

  addEventListener("DOMContentLoaded", () => {
    const field = document.getElementById("query");
    field.value = new URLSearchParams(location.search).get("q") || "";
    document.querySelector("form").onsubmit = (event) => {
      event.preventDefault();
      search(field.value);
    };
    search(field.value);
  });

  return {
    word: (word, numbers) => postings.set(word, numbers),
    listed: (part, entries) => lists.set(part, entries),
  };
})();
