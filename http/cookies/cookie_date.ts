const DELIMITERS = /[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+/;
const TIME = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?!\d)/;
const DAY = /^(\d{1,2})(?!\d)/;
const YEAR = /^(\d{2,4})(?!\d)/;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/**
 * The moment that an `Expires` attribute means, in ms since 1970; null when it means none. Takes
 * every way of writing a date that servers use (RFC 6265 §5.1.1), which `Date.parse` does not.
 */
export function parseCookieDate(text: string): number | null {
  let time: RegExpExecArray | null = null;
  let day = -1;
  let month = -1;
  let year = -1;
  for (const token of text.split(DELIMITERS)) {
    let match: RegExpExecArray | null;
    if (time === null && (match = TIME.exec(token))) time = match;
    else if (day < 0 && (match = DAY.exec(token))) day = Number(match[1]);
    else if (month < 0 && isMonth(token)) month = monthOf(token);
    else if (year < 0 && (match = YEAR.exec(token))) year = Number(match[1]);
  }
  if (time === null || day < 0 || month < 0 || year < 0) return null;
  if (year < 70) year += 2000;
  else if (year < 100) year += 1900;
  const [hour, minute, second] = [Number(time[1]), Number(time[2]), Number(time[3])];
  if (year < 1601 || hour > 23 || minute > 59 || second > 59) return null;
  const at = Date.UTC(year, month, day, hour, minute, second);
  // Date.UTC takes the 31st of February for a day in March.
  return new Date(at).getUTCDate() === day ? at : null;
}

function isMonth(token: string): boolean {
  return monthOf(token) >= 0;
}

function monthOf(token: string): number {
  return MONTHS.indexOf(token.slice(0, 3).toLowerCase());
}
