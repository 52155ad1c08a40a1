-- migrate:up

-- Letters that were handed over, and of which nothing more was heard while their invitation is open: 0 is the
-- invitation's own, others are its reminders. An answer, a decline or an opt-out proves delivery, so none is awaited.
CREATE VIEW awaited AS
SELECT id AS invitation, 0 AS number, wave, unit, submitted_at
FROM standing
WHERE delivery = 'in_delivery' AND submitted_at IS NOT NULL AND failed_at IS NULL
UNION ALL
SELECT reminder.invitation, reminder.number, reminder.wave, reminder.unit, reminder.submitted_at
FROM reminder_standing AS reminder
LEFT JOIN invitation ON reminder.invitation = invitation.id
WHERE reminder.standing = 'submitted' AND invitation.closed_at IS NULL AND invitation.answered_at IS NULL;
