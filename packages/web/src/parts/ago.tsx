/** A moment as people say it ("5 minutes ago"), with the exact one in reach. */
import { Tooltip } from '@mantine/core'
import { useFormat, useNow } from '../platform.tsx'

export function Ago({ at }: { at: string }) {
  const format = useFormat()
  const now = useNow()
  return (
    <Tooltip label={format.moment(at)} openDelay={300}>
      <time dateTime={at} className="whole">
        {format.ago(at, now)}
      </time>
    </Tooltip>
  )
}
