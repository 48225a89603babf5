// The call promise (DEFAULTS §6) once more, written naively: minute by minute. An oracle for the server's.
const HOUR = 3600e3, ZONE = 8 * HOUR
// New Year's Days whose blackout a test may meet: from noon of the eve to the end of the day.
const NEW_YEARS = ['2026-02-17', '2027-02-06', '2028-01-26'].map(d => Date.parse(d + 'T00:00:00+08:00'))
const dark = t => NEW_YEARS.some(d => t >= d - 12 * HOUR && t < d + 24 * HOUR)
const window = t => { const h = ((t + ZONE) % 86400e3) / HOUR; return h >= 9 && h < 21 && !dark(t) }

/** The later of t + hours and the moment at which 60 minutes of the calling window have passed. Milliseconds. */
export function callDue(t, hours) {
  const step = 1000
  let plain = t, left = hours * HOUR
  while (left > 0) { if (!dark(plain)) left -= step; plain += step }
  let call = t
  left = HOUR
  while (left > 0) { if (window(call)) left -= step; call += step }
  return Math.max(plain, call)
}
