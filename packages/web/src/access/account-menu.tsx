/** Who is signed in, below which place they see, and the way out. */
import { ActionIcon, Menu, Text } from '@mantine/core'
import { IconLogout, IconUser } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { languageKey, usePlatform } from '../platform.tsx'
import { meQuery } from '../queries.ts'

export function AccountMenu() {
  const { t, i18n } = useTranslation()
  const { api, memory } = usePlatform()
  const me = useQuery(meQuery(api)).data
  const client = useQueryClient()
  const navigate = useNavigate()
  const language = me?.language
  useEffect(() => {
    if (language !== undefined && memory.get(languageKey) === null) void i18n.changeLanguage(language)
  }, [language, memory, i18n])
  const leave = async () => {
    // Whether or not Central heard it, nothing of this person's may stay on the screen.
    await api.signOut().catch(() => undefined)
    await navigate({ to: '/sign-in' })
    client.clear()
  }
  return (
    <Menu position="bottom-end" width={240} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('app.account')}>
          <IconUser size={18} stroke={1.7} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} className="breakable" component="span" display="block">
            {me?.name}
          </Text>
          <Text size="xs" className="breakable" component="span" display="block">
            {me?.email}
          </Text>
          <Text size="xs" className="breakable" component="span" display="block">
            {me?.node.name}
          </Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void leave()}>
          {t('app.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
