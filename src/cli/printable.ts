/** What this library draws with: colours, and going back over lines that are drawn anew. */
const OWN = String.raw`\u001b\[(?:[0-9;]*m|\d+A\u001b\[0J)`;
const CONTROL = new RegExp(String.raw`${OWN}|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]`, 'g');

/** Text with a picture in the place of each control character, so that no name or value of a file moves a terminal's cursor or names its window; line ends, tabs and the library's own colours stay. */
export const printable = (text: string): string =>
  text.replace(CONTROL, (found) => (found.length > 1 ? found : picture(found.charCodeAt(0))));

/** `␛` for ESC, as Unicode has them for the characters of ASCII. */
const picture = (code: number): string =>
  code < 32 ? String.fromCharCode(0x2400 + code) : code === 127 ? '\u2421' : '\ufffd';
