// Two elements that ask the server for the page again and take over the part that may have changed. All HTML is the server's.

async function fetchPage(url, signal) {
  const answer = await fetch(url, { headers: { Accept: "text/html" }, signal });
  if (answer.redirected) { location.assign(answer.url); return null; }
  return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

// <live-page part="id" seconds="10">: refreshes the part; its button, if it has one, pauses that.
customElements.define("live-page", class extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (button) {
      button.hidden = false;
      button.addEventListener("click", () => {
        this.paused = !this.paused;
        button.textContent = this.paused ? button.dataset.resume : button.dataset.pause;
      });
    }
    this.timer = setInterval(() => this.refresh(), 1000 * Number(this.getAttribute("seconds")));
  }

  disconnectedCallback() { clearInterval(this.timer); }

  async refresh() {
    const id = this.getAttribute("part");
    const present = document.getElementById(id);
    if (present.dataset.done) { clearInterval(this.timer); return; }
    // Not under somebody's hands, and not twice at once.
    if (this.paused || this.asking || document.hidden || present.contains(document.activeElement) || present.querySelector("details[open]")) return;
    this.asking = true;
    try {
      const fresh = (await fetchPage(location.href))?.getElementById(id);
      if (fresh) present.replaceWith(fresh);
    } catch { /* The next time may go better. */ } finally { this.asking = false; }
  }
});

// <live-form part="id">: while somebody types in its GET form, shows what the form would give.
customElements.define("live-form", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.form.addEventListener("input", event => {
      clearTimeout(this.timer);
      const typing = event.target.matches("input[type=search], input[type=text], input:not([type])");
      this.timer = setTimeout(() => this.refresh(), typing ? 250 : 0);
    });
  }

  async refresh() {
    this.asked?.abort();
    this.asked = new AbortController();
    const url = new URL(this.form.action);
    for (const [name, value] of new FormData(this.form)) if (value !== "") url.searchParams.append(name, value);
    const id = this.getAttribute("part");
    try {
      const fresh = (await fetchPage(url, this.asked.signal))?.getElementById(id);
      if (!fresh) return;
      document.getElementById(id).replaceWith(fresh);
      this.querySelector("[role=status]").textContent = fresh.dataset.summary;
      history.replaceState(null, "", url);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }
});
