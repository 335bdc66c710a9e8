/** A search field that waits until typing pauses, so that a list is asked for once and not for every letter. `/` leads to it. */
import { CloseButton, TextInput } from '@mantine/core'
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

interface SearchBoxProps {
  readonly value: string
  readonly search: (text: string) => void
  readonly label: string
  readonly hint: string
}

/** Long enough to finish a word, short enough not to be felt. */
const pause = 300

interface DeviceSearchProps {
  readonly value: string | undefined
  readonly change: (part: { readonly search: string | undefined }) => void
}

/** The search field over any list of devices; an empty one leaves the address. */
export function DeviceSearch({ value, change }: DeviceSearchProps) {
  const { t } = useTranslation()
  return (
    <SearchBox
      value={value ?? ''}
      search={(text) => change({ search: text.trim() === '' ? undefined : text.trim() })}
      label={t('filter.search')}
      hint={t('filter.searchDevices')}
    />
  )
}

function SearchBox({ value, search, label, hint }: SearchBoxProps) {
  const { t } = useTranslation()
  const [text, setText] = useState(value)
  const [asked, setAsked] = useState(value)
  const field = useRef<HTMLInputElement>(null)
  const later = useDebouncedCallback((typed: string) => {
    setAsked(typed)
    search(typed)
  }, pause)
  useHotkeys([['/', () => field.current?.focus()]])
  // The address bar may change under the field (back, a cleared filter); what is being typed must not be overwritten by its own echo.
  useEffect(() => {
    if (value !== asked) {
      setAsked(value)
      setText(value)
    }
  }, [value, asked])
  const change = (typed: string) => {
    setText(typed)
    later(typed)
  }
  return (
    <TextInput
      ref={field}
      type="text"
      inputMode="search"
      label={label}
      placeholder={hint}
      value={text}
      maxLength={200}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        text === '' ? null : <CloseButton size="sm" aria-label={t('app.clear')} onClick={() => change('')} />
      }
      onChange={(event) => change(event.currentTarget.value)}
      flex="3 1 220px"
    />
  )
}
