/** The fields of a form as a service reads them: urlencoded, or multipart as RFC 7578 has it, of texts only. */
export function readForm(contentType: string, body: string): [name: string, value: string][] {
  if (!contentType.startsWith("multipart/form-data")) return [...new URLSearchParams(body)];
  const boundary = /boundary="?([^";]+)"?$/.exec(contentType)?.[1];
  if (boundary === undefined) throw new Error(`no boundary in ${contentType}`);
  const [before, ...parts] = `\r\n${body}`.split(`\r\n--${boundary}`);
  const end = parts.pop();
  if (before !== "" || end !== "--\r\n") throw new Error(`no whole form: ${JSON.stringify(body)}`);
  return parts.map((part) => {
    const [, name, value] = /^\r\nContent-Disposition: form-data; name="([^"\r\n]*)"\r\n\r\n(.*)$/s.exec(part) ?? [];
    if (name === undefined || value === undefined) throw new Error(`no part of a form: ${JSON.stringify(part)}`);
    return [name.replaceAll("%22", '"').replaceAll("%0D", "\r").replaceAll("%0A", "\n"), value];
  });
}
