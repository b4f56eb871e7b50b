// A request as a line for a shell. The credential is a variable, named as in the file of demo keys.

import type { Sent } from './client';

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

function credentialOf(url: string) {
  if (url.startsWith('/v1/admin/')) return 'x-admin-key: $ADMIN_KEY';
  if (url.startsWith('/v1/logs')) return 'x-api-key: $LUMINALOG_KEY';
  if (/^\/v1\/(apps|runs|templates|triggers|webhooks|alerts|account)\b/.test(url)) return 'x-api-key: $LAMINA_KEY';
  if (url.startsWith('/v1/ingest') || url.startsWith('/v1/otel')) return 'x-api-key: $LUMIQTRACE_KEY';
  if (/^\/v1\/(search|me|usage|billing|keys)\b/.test(url)) return 'Authorization: Bearer $LITHTRIX_KEY';
  return url.startsWith('/v1/') && !url.startsWith('/v1/auth/login') ? 'Authorization: Bearer $TOKEN' : null;
}

/** The command that sends a request. */
export function curlOf({ method, url, body }: Sent, origin = window.location.origin) {
  const credential = credentialOf(url);
  return [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${quoted(origin + url)}`,
    ...(credential ? [`-H "${credential}"`] : []),
    ...(url.startsWith('/v1/logs/tail') || url.endsWith('/stream') ? ['-N'] : []),
    ...(body === undefined ? [] : [`-H 'Content-Type: application/json'`, `-d ${quoted(body)}`]),
  ].join(' \\\n  ');
}
