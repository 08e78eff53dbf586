// <upload-form>: sends its form with progress and a way to cancel. Without this script the form is sent as any other.
customElements.define("upload-form", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.button = this.form.querySelector("button.main");
    this.cancel = this.form.querySelector(".cancel");
    this.box = this.form.querySelector(".sending");
    this.bar = this.form.querySelector("progress");
    this.said = this.form.querySelector(".said");
    this.form.addEventListener("submit", event => { event.preventDefault(); this.send(); });
    this.cancel.addEventListener("click", () => this.request?.abort());
  }

  send() {
    const request = this.request = new XMLHttpRequest();
    request.open("POST", this.form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", event => {
      const percent = event.lengthComputable ? Math.floor(100 * event.loaded / event.total) : 0;
      this.bar.value = percent;
      this.say(`${this.dataset.sending} ${percent} % (${(event.loaded / 1e6).toFixed(1)} MB)`);
    });
    request.upload.addEventListener("load", () => {
      this.bar.removeAttribute("value");
      this.say(this.dataset.reading);
      this.timer = setInterval(() => this.askStage(form), 1000);
    });
    request.addEventListener("load", () => this.answered(request));
    request.addEventListener("error", () => this.end(this.dataset.lost, true));
    request.addEventListener("abort", () => this.end(this.dataset.cancelled, false));
    this.button.disabled = true;
    this.cancel.hidden = this.box.hidden = false;
    this.bar.value = 0;
    // Before the file: the server reads the fields in their order, and sends the file on.
    this.form.elements.follow.value = crypto.randomUUID?.() ?? "";
    const form = new FormData(this.form);
    request.send(form);
  }

  async askStage(form) {
    const query = new URLSearchParams({ type: form.get("type"), key: form.get("follow") });
    try {
      const { text } = await (await fetch(`/upload/stage?${query}`)).json();
      if (text && this.button.disabled) this.say(`${text}…`);
    } catch { /* The answer to the upload itself is what counts. */ }
  }

  answered(request) {
    clearInterval(this.timer);
    let answer = {};
    try { answer = JSON.parse(request.responseText); } catch { /* A proxy's own page. */ }
    if (request.status < 400 && answer.page) location.assign(answer.page);
    else this.end(answer.detail || answer.title || this.dataset.lost, true);
  }

  end(text, bad) {
    clearInterval(this.timer);
    this.button.disabled = false;
    this.cancel.hidden = this.box.hidden = true;
    this.say(text);
    this.said.classList.toggle("notice", bad);
    this.said.classList.toggle("bad", bad);
    this.button.focus();
  }

  say(text) {
    this.said.classList.remove("notice", "bad");
    this.said.textContent = text;
  }
});
