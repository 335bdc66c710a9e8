/** The frame around every page behind sign-in: the way to each page, who is signed in, language and appearance. */
import { AppShell, Burger, Group } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconBuilding, IconDroplet, IconGauge, IconLayoutDashboard, IconPrinter, IconRouter } from '@tabler/icons-react'
import { type ErrorComponentProps, Link, Outlet, useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { AccountMenu } from './access/account-menu.tsx'
import { LanguageSwitch, SchemeSwitch } from './access/switches.tsx'
import { Brand } from './parts/brand.tsx'
import { Page, Panel, Trouble } from './parts/page.tsx'
import classes from './shell.module.css'

const pages = [
  { to: '/', name: 'overview', icon: IconLayoutDashboard },
  { to: '/fleet', name: 'fleet', icon: IconPrinter },
  { to: '/supplies', name: 'supplies', icon: IconDroplet },
  { to: '/meters', name: 'meters', icon: IconGauge },
  { to: '/onsites', name: 'onsites', icon: IconRouter },
  { to: '/places', name: 'places', icon: IconBuilding },
] as const

export function Shell() {
  const { t } = useTranslation()
  const [open, { toggle, close }] = useDisclosure(false)
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 256, breakpoint: 'md', collapsed: { mobile: !open } }}
      padding={{ base: 'sm', sm: 'lg' }}
      transitionDuration={0}
    >
      <a href="#content" className="skip">
        {t('app.skip')}
      </a>
      <AppShell.Header className={classes.header}>
        <Group h="100%" px="md" gap="sm" wrap="nowrap">
          <Burger
            opened={open}
            onClick={toggle}
            hiddenFrom="md"
            size="sm"
            aria-label={t('app.menu')}
            aria-expanded={open}
          />
          <Link to="/" className={classes.brand} onClick={close}>
            <Brand />
          </Link>
          <Group gap={4} ml="auto" wrap="nowrap">
            <LanguageSwitch />
            <SchemeSwitch />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar} p="xs" aria-label={t('app.navigation')}>
        {pages.map(({ to, name, icon: Icon }) => (
          <Link key={to} to={to} onClick={close} className={classes.entry} activeOptions={{ exact: to === '/' }}>
            <Icon size={18} stroke={1.7} aria-hidden />
            {t(`nav.${name}`)}
          </Link>
        ))}
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={classes.main}>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  )
}

/** An address that leads nowhere. */
export function LostPage() {
  const { t } = useTranslation()
  return (
    <main className={classes.lost}>
      <Brand />
      <Page title={t('trouble.lost.title')} lead={t('trouble.lost.next')}>
        <Link to="/" className="link">
          {t('trouble.home')}
        </Link>
      </Page>
    </main>
  )
}

/** A page that failed to load or to show: what a person can do, and a way to try again. */
export function Stumble({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const again = () => {
    reset()
    void router.invalidate()
  }
  return (
    <main className={classes.lost}>
      <Panel>
        <Trouble error={error} retry={again} />
      </Panel>
    </main>
  )
}
