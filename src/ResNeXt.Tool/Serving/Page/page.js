// Adds to the form, which works without it: pictures are sent as soon as they are chosen, dropped, pasted or photographed.
"use strict";
const form = document.getElementById("form"), input = document.getElementById("files"), results = document.getElementById("results");
const status = document.getElementById("status"), viewfinder = document.getElementById("viewfinder"), video = document.getElementById("video");
const atATime = 2;
const queue = [];
let running = 0, done = 0, total = 0;

function add(files) {
  for (const file of [...files].reverse()) {
    const card = placeholder(file);
    results.prepend(card);
    queue.unshift({ file, card });
    total++;
  }
  while (running < atATime && queue.length > 0)
    work();
  report();
}

async function work() {
  running++;
  for (let item; (item = queue.shift());) {
    await classify(item);
    done++;
    report();
  }
  running--;
}

async function classify({ file, card }) {
  const data = new FormData();
  data.append("images", file, file.name || "picture.png");
  for (;;) {
    let response;
    try {
      response = await fetch("/results", { method: "POST", body: data });
    } catch {
      show(card, null, `${file.name}: the server does not answer; start it again.`);
      return;
    }
    if (response.status === 429 || response.status === 503) {
      const seconds = Number(response.headers.get("Retry-After")) || 1;
      await new Promise(resolve => setTimeout(resolve, 1000 * seconds));
      continue;
    }
    show(card, await response.text(), `${file.name}: the server answered ${response.status}.`);
    return;
  }
}

function show(card, html, otherwise) {
  const template = document.createElement("template");
  template.innerHTML = html ?? "";
  card.replaceWith(template.content.querySelector("article") ?? failure(otherwise));
}

function placeholder(file) {
  const card = document.createElement("article");
  card.className = "result waiting";
  const text = document.createElement("p");
  text.textContent = `${file.name || "picture"} …`;
  card.append(text);
  return card;
}

function failure(text) {
  const card = document.createElement("article"), line = document.createElement("p");
  card.className = "result failure";
  line.textContent = text;
  card.append(line);
  return card;
}

function report() {
  status.textContent = done < total ? `${done} of ${total} pictures classified …` : `${total} ${total === 1 ? "picture" : "pictures"} classified.`;
}

function hasFiles(event) {
  return [...event.dataTransfer.types].includes("Files");
}

input.addEventListener("change", () => { add(input.files); form.reset(); });
form.addEventListener("submit", event => { event.preventDefault(); add(input.files); form.reset(); });
document.addEventListener("paste", event => add([...event.clipboardData.files]));
document.addEventListener("dragover", event => { if (hasFiles(event)) { event.preventDefault(); document.body.classList.add("over"); } });
document.addEventListener("dragleave", event => { if (!event.relatedTarget) document.body.classList.remove("over"); });
document.addEventListener("drop", event => {
  document.body.classList.remove("over");
  if (hasFiles(event)) { event.preventDefault(); add(event.dataTransfer.files); }
});

// Pictures are sent when they are chosen, so there is nothing to submit.
document.getElementById("submit").hidden = true;
document.getElementById("more").hidden = false;

const camera = document.getElementById("camera");
camera.hidden = !navigator.mediaDevices?.getUserMedia;
camera.addEventListener("click", async () => {
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch (error) {
    status.textContent = error.name === "NotFoundError" ? "There is no camera." : "The camera cannot be used; allow it in the browser.";
    return;
  }
  viewfinder.showModal();
});
document.getElementById("shoot").addEventListener("click", () => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  canvas.getContext("2d").drawImage(video, 0, 0);
  canvas.toBlob(blob => add([new File([blob], `photograph ${new Date().toLocaleTimeString()}.jpg`)]), "image/jpeg", .92);
  viewfinder.close();
});
document.getElementById("close").addEventListener("click", () => viewfinder.close());
viewfinder.addEventListener("close", () => { video.srcObject?.getTracks().forEach(track => track.stop()); video.srcObject = null; });
