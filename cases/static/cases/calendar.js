// A reminder as a calendar file (RFC 5545). It tells nothing but its title.

/** @param {Date} when @returns {string} in UTC, as the format wants it: 20260131T120000Z */
function stamp(when) {
  return when.toISOString().replace(/[-:]|\.\d+/g, "");
}

/** @param {string} text @returns {string} with the characters escaped that mean something in the format */
function escaped(text) {
  return text.replace(/[\\;,]/g, "\\$&").replace(/\n/g, "\\n");
}

/**
 * @param {string} title
 * @param {Date} at
 * @param {Date} now
 * @returns {string} one event of fifteen minutes, with an alarm when it begins
 */
export function reminder(title, at, now) {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Calendar//EN",
    "BEGIN:VEVENT",
    `UID:${crypto.randomUUID()}`,
    `DTSTAMP:${stamp(now)}`,
    `DTSTART:${stamp(at)}`,
    "DURATION:PT15M",
    `SUMMARY:${escaped(title)}`,
    "CLASS:PRIVATE",
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    `DESCRIPTION:${escaped(title)}`,
    "TRIGGER:PT0S",
    "END:VALARM",
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return `${lines.join("\r\n")}\r\n`;
}
