// What the page does: asks the application for a permission, and sends the file to the bucket with it.
const find = (id) => document.getElementById(id);

find("form").addEventListener("click", () =>
  run(async (file) => {
    const { url, fields } = await ask("/permissions/form");
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set("Content-Type", file.type);
    form.set("file", file); // the last: the bucket does not look at what comes after it
    return send("POST", url, {}, form);
  }),
);

find("address").addEventListener("click", () =>
  run(async (file) => {
    const { url, headers } = await ask("/permissions/address", { name: file.name, type: file.type });
    return send("PUT", url, headers, file);
  }),
);

async function run(upload) {
  const [file] = find("file").files;
  const result = find("result");
  if (!file) {
    result.textContent = "Choose a file first";
    return;
  }
  result.textContent = "Uploading";
  try {
    const { status, text } = await upload(file);
    const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1];
    result.textContent = status < 300 ? `Uploaded ${file.size} bytes` : `Refused: ${code ?? status}`;
  } catch (error) {
    result.textContent = `Failed: ${error.message}`;
  }
}

async function ask(path, body = {}) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error((await response.json()).error);
  return response.json();
}

// `fetch` does not tell how much of a body has been sent.
function send(method, url, headers, body) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      find("progress").value = loaded / total;
    });
    request.addEventListener("load", () => resolve({ status: request.status, text: request.responseText }));
    request.addEventListener("error", () => reject(new Error("the bucket cannot be reached")));
    request.send(body);
  });
}
