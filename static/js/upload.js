// Files in pieces (tus 1.0): a cut connection costs one piece at most. What is unfinished
// stands on the page, so this device keeps nothing: choosing the same file goes on.

const box = document.querySelector("[data-uploads]");
const form = box?.closest("form");
const SMALLEST = 64 * 1024;
const LARGEST = 1024 * 1024;
const queue = [];
let running = false;
let size = 4 * SMALLEST; // the network decides

const sleep = (row, seconds) => new Promise((resolve) => {
  row.wake = resolve;
  setTimeout(resolve, seconds * 1000);
  addEventListener("online", resolve, { once: true });
});
const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
const utf8 = (text) => base64(new TextEncoder().encode(text));
const megabytes = (bytes) => (bytes / LARGEST).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });

class Stop extends Error {}

function show(row, word, text = box.dataset[word]) {
  row.word = word;
  row.status.textContent = text;
  const resumes = ["paused", "signin", "failed"].includes(word);
  row.button.hidden = ["done", "taking", "refused", "changed"].includes(word);
  row.button.textContent = box.dataset[resumes ? "resume" : "pause"];
}

function rowFor(file, replaces) {
  const fingerprint = `${file.name}|${file.size}|${file.lastModified}`;
  const same = [...box.children].filter((one) => one.dataset.fingerprint === fingerprint);
  // Chosen among the new ones, it goes on as what it was begun: another's new version.
  const place = same.find((one) => one.dataset.replaces === replaces) ?? (replaces ? null : same[0])
    ?? box.appendChild(document.createElement("div"));
  const row = { file, fingerprint, replaces: place.dataset.replaces ?? replaces, address: place.dataset.address, offset: 0, sum: null };
  place.className = "stack panel";
  place.innerHTML = "<p><strong></strong> <span class=meta></span></p><progress class=progress></progress>"
    + "<p role=status></p><div class=buttons><button type=button class='button button-quiet'></button></div>";
  [row.meta, row.bar, row.status, row.button] = place.querySelectorAll(".meta, progress, [role], button");
  place.querySelector("strong").textContent = file.name;
  row.bar.setAttribute("aria-label", file.name);
  row.bar.max = file.size;
  row.button.addEventListener("click", () => press(row));
  moved(row, 0);
  show(row, "queued");
  return row;
}

function moved(row, offset) {
  row.offset = row.bar.value = offset;
  row.meta.textContent = `${megabytes(offset)} / ${megabytes(row.file.size)} MB`;
}

function press(row) {
  if (["paused", "signin", "failed"].includes(row.word)) {
    show(row, "queued");
    queue.push(row);
    work();
    return;
  }
  row.abort?.abort();
  const waiting = queue.indexOf(row);
  if (waiting >= 0) queue.splice(waiting, 1);
  show(row, "paused");
  row.wake?.();
}

// An answer of the server's, or nothing when the network is away for the moment.
async function ask(row, method, address, headers, body) {
  row.abort = new AbortController();
  const token = form.elements.csrfmiddlewaretoken.value;
  const said = { "Tus-Resumable": "1.0.0", "X-CSRFToken": token, ...headers };
  let answer;
  try {
    answer = await fetch(address, { method, headers: said, body, signal: row.abort.signal });
  } catch {
    return null;
  }
  const { status } = answer;
  const ours = answer.headers.has("Tus-Resumable");
  if (status === 401 || (status === 403 && !ours)) throw new Stop("signin");
  if ([403, 413, 422].includes(status) || (method === "POST" && status >= 400 && status < 500)) {
    row.said = ours && await answer.text();
    throw new Stop(row.said ? "refused" : "failed");
  }
  return answer;
}

async function place(row) {
  if (row.address) {
    const answer = await ask(row, "HEAD", row.address);
    if (answer?.status === 200) {
      moved(row, Number(answer.headers.get("Upload-Offset")));
      return true;
    }
    if (answer?.status !== 404) return false;
  }
  const query = row.replaces && `?thay=${row.replaces}`;
  const answer = await ask(row, "POST", box.dataset.uploads + query, {
    "Upload-Length": row.file.size,
    "Upload-Metadata": `filename ${utf8(row.file.name)},fingerprint ${utf8(row.fingerprint)}`,
  });
  row.address = answer?.headers.get("Location");
  moved(row, 0);
  return Boolean(row.address);
}

async function piece(row) {
  const end = Math.min(row.offset + size, row.file.size);
  const body = await row.file.slice(row.offset, end).arrayBuffer().catch(() => { throw new Stop("changed"); });
  const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": row.offset };
  // Browsers offer no checksums on plain HTTP.
  const sum = await crypto.subtle?.digest("SHA-256", body);
  if (sum) headers["Upload-Checksum"] = `sha256 ${base64(sum)}`;
  if (end === row.file.size) show(row, "taking");
  const began = Date.now();
  const answer = await ask(row, "PATCH", row.address, headers, body);
  if (answer?.status !== 204) return false;
  const spent = Date.now() - began;
  if (spent < 2000) size = Math.min(size * 2, LARGEST);
  if (spent > 10000) size = Math.max(size / 2, SMALLEST);
  moved(row, Number(answer.headers.get("Upload-Offset")));
  return true;
}

async function send(row) {
  let seconds = 1;
  let placed = false;
  show(row, "going");
  while (row.word !== "paused") {
    const went = placed ? await piece(row) : await place(row);
    if (row.word === "paused") return;
    if (went && placed && row.offset === row.file.size) {
      show(row, "done");
      return;
    }
    if (went) {
      if (row.word !== "taking") show(row, "going");
      placed = true;
      seconds = 1;
      continue;
    }
    // Where it stands, only the server knows now.
    placed = false;
    size = Math.max(size / 2, SMALLEST);
    show(row, "waiting");
    await sleep(row, seconds);
    seconds = Math.min(seconds * 2, 30);
  }
}

// One after another: on a weak network the first is there sooner.
async function work() {
  if (running) return;
  running = true;
  let all = true;
  for (let row = queue.shift(); row; row = queue.shift()) {
    try {
      await send(row);
    } catch (error) {
      const word = error instanceof Stop ? error.message : "failed";
      show(row, word, word === "refused" ? row.said : undefined);
    }
    all &&= row.word === "done";
  }
  running = false;
  if (all) location.replace(location.pathname);
}

if (form) {
  for (const plain of form.querySelectorAll("[data-plain]")) plain.hidden = true;
  form.addEventListener("change", ({ target }) => {
    if (target.type !== "file") return;
    for (const file of target.files) queue.push(rowFor(file, target.dataset.replaces ?? ""));
    target.value = "";
    work();
  });
}
