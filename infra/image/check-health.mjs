// Ends with 0 when the app in this container is healthy, otherwise with 1 and what it said.
const url = `http://127.0.0.1:${process.env.PORT || 80}/api/health`;
try {
  const response = await fetch(url, { signal: AbortSignal.timeout(8000) });
  const said = await response.text();
  if (!response.ok) {
    console.error(`${url} answered ${response.status}: ${said}`);
    process.exitCode = 1;
  }
} catch (error) {
  console.error(`${url} did not answer: ${error.cause?.message ?? error.message}`);
  process.exitCode = 1;
}
