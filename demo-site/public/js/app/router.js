// Client-side routes through `history.pushState`: links inside /app do not load a page.

export function createRouter(routes, fallback, onChange) {
  const patterns = routes.map(([path, view]) => [
    new RegExp(`^${path.replace(/:(\w+)/g, "(?<$1>[^/]+)")}/?$`),
    view,
  ]);

  function current() {
    for (const [pattern, view] of patterns) {
      const match = pattern.exec(location.pathname);
      if (match) return { view, params: { ...match.groups } };
    }
    return { view: fallback, params: {} };
  }

  function go(path) {
    if (path !== location.pathname) history.pushState(null, "", path);
    onChange({ ...current(), arrived: true });
  }

  function followLink(event) {
    const link = event.target.closest("a[href]");
    const plainClick = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (!link || !plainClick || event.defaultPrevented || link.target) return;
    const inApp = link.origin === location.origin && /^\/app(\/|$)/.test(link.pathname);
    if (!inApp) return;
    event.preventDefault();
    go(link.pathname);
  }

  return {
    current,
    go,
    start() {
      document.addEventListener("click", followLink);
      addEventListener("popstate", () => onChange({ ...current(), arrived: true }));
      onChange(current());
    },
  };
}
