// Brings a page's components to life. Every page works without it, and a page with no component to serve
// (most of what a patient reads) never downloads the library.

if (document.querySelector("[data-module]")) {
  const { Button, Checkboxes, ErrorSummary, createAll } = await import("/static/nhsuk-frontend-10.6.1.min.js");
  document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
  [Button, Checkboxes, ErrorSummary].forEach((component) => createAll(component));
}
