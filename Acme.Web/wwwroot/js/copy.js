// <copy-text>: shows its button and copies the text when it is pressed.
customElements.define("copy-text", class extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!button || !navigator.clipboard) return;
    const caption = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.text);
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = caption; }, 2000);
    });
  }
});
