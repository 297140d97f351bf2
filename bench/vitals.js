/* What a browser notes about a page, as Core Web Vitals define it: milliseconds, and shares moved. */
(() => {
  const seen = { lcp: 0, cls: 0, taps: {} };
  const watch = (type, note, more) => new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true, ...more });
  watch("largest-contentful-paint", (entry) => { seen.lcp = entry.startTime; });
  watch("layout-shift", (entry) => { if (!entry.hadRecentInput) seen.cls += entry.value; });
  const tap = (entry) => {
    if (entry.interactionId) seen.taps[entry.interactionId] = Math.max(seen.taps[entry.interactionId] || 0, entry.duration);
  };
  watch("event", tap, { durationThreshold: 16 });
  watch("first-input", tap); // however quick it was
  window.isNoted = (tapping) => seen.lcp > 0 && (!tapping || Object.keys(seen.taps).length > 0);
  window.vitals = () => {
    const [visit] = performance.getEntriesByType("navigation");
    return { lcp: seen.lcp, cls: seen.cls, inp: Math.max(0, ...Object.values(seen.taps)), gzip: visit.encodedBodySize, raw: visit.decodedBodySize };
  };
})();
