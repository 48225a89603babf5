import { Fragment, type ReactNode } from 'react'

export type Parts = Record<string, (inner: ReactNode) => ReactNode>

/** Texts name the parts that are links or marks: "近 28 天，<leads>1,204</leads> 人留资". Unknown names stay plain; parts may nest. */
export function rich(text: string, parts: Parts): ReactNode {
  return text.split(/(<(\w+)>.*?<\/\2>)/s).map((piece, i) => {
    if (i % 3 === 2) return null                       // the captured name
    const m = i % 3 === 1 ? /^<(\w+)>(.*)<\/\1>$/s.exec(piece) : null
    if (!m) return piece
    const make = parts[m[1]], inner = rich(m[2], parts)
    return <Fragment key={i}>{make ? make(inner) : inner}</Fragment>
  })
}
