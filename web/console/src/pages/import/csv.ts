/** The first rows of a CSV as the server writes it: commas, CRLF, quotes doubled inside quotes. */
export function csvRows(text: string, most: number): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  for (const m of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    row.push(m[1]?.replaceAll('""', '"') ?? m[2] ?? '')
    if (m[3] === ',') continue
    if (row.length > 1 || row[0]) rows.push(row)
    row = []
    if (rows.length === most) break
  }
  return rows
}
