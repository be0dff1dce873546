/** What an HTTP function answers. */
interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  jsonBody: unknown;
}

/** Of every answer: it is data, for whoever asked, and no page. */
const headers = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
};

/** An answer as JSON, with headers by which no browser takes it for a page or keeps it. */
export function httpAnswer(status: number, body: unknown): HttpAnswer {
  return { status, headers: { ...headers }, jsonBody: body };
}
