/** Language and appearance: chosen once, remembered by this browser. */
import { ActionIcon, type MantineColorScheme, Menu, SegmentedControl, useMantineColorScheme } from '@mantine/core'
import { IconCheck, IconMoon, IconSun, IconSunMoon } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { languageOf, languages } from '../i18n/i18n.ts'
import { languageKey, useLanguage, usePlatform } from '../platform.tsx'

export function LanguageSwitch() {
  const { t, i18n } = useTranslation()
  const { memory } = usePlatform()
  const language = useLanguage()
  const choose = (text: string) => {
    const chosen = languageOf(text)
    if (chosen === null) return
    memory.set(languageKey, chosen)
    void i18n.changeLanguage(chosen)
  }
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('app.language')}
      value={language}
      onChange={choose}
      data={languages.map((each) => ({ value: each, label: each.toUpperCase() }))}
    />
  )
}

const schemes = [
  { scheme: 'light', icon: IconSun },
  { scheme: 'dark', icon: IconMoon },
  { scheme: 'auto', icon: IconSunMoon },
] as const satisfies readonly { scheme: MantineColorScheme; icon: typeof IconSun }[]

export function SchemeSwitch() {
  const { t } = useTranslation()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const Current = schemes.find(({ scheme }) => scheme === colorScheme)?.icon ?? IconSunMoon
  return (
    <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('app.scheme.label')}>
          <Current size={18} stroke={1.7} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {schemes.map(({ scheme, icon: Icon }) => (
          <Menu.Item
            key={scheme}
            leftSection={<Icon size={16} aria-hidden />}
            rightSection={scheme === colorScheme ? <IconCheck size={16} aria-hidden /> : null}
            onClick={() => setColorScheme(scheme)}
          >
            {t(`app.scheme.${scheme}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
