-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "NotificationKind" ADD VALUE 'PAYMENT_ACTION_REQUIRED';
ALTER TYPE "NotificationKind" ADD VALUE 'PAYMENT_METHOD_EXPIRING';

-- AlterTable
ALTER TABLE "Dispute" ADD COLUMN     "respondBy" TIMESTAMPTZ(3),
ADD COLUMN     "respondUrl" TEXT;

-- AlterTable
ALTER TABLE "EmailMessage" ADD COLUMN     "paymentMethodId" UUID;

-- AlterTable
ALTER TABLE "PaymentMethod" ADD COLUMN     "bankName" TEXT,
ADD COLUMN     "country" CHAR(2),
ADD COLUMN     "expiresAt" TIMESTAMPTZ(3) GENERATED ALWAYS AS (
  -- By hand: a card may be used through the last day of the month printed on it, in UTC.
  (make_timestamp("expYear", "expMonth", 1, 0, 0, 0) + interval '1 month') AT TIME ZONE 'UTC'
) STORED,
ADD COLUMN     "expiryNotifiedAt" TIMESTAMPTZ(3),
ADD COLUMN     "mandateReference" TEXT;

-- CreateIndex
CREATE INDEX "Dispute_merchantId_openedAt_id_idx" ON "Dispute"("merchantId", "openedAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "dispute_open" ON "Dispute"("openedAt") WHERE (status = 'OPEN');

-- CreateIndex
CREATE INDEX "payment_waiting" ON "Payment"("createdAt") WHERE (status = ANY (ARRAY['PROCESSING'::"PaymentStatus", 'REQUIRES_ACTION'::"PaymentStatus"]));

-- CreateIndex
CREATE INDEX "payment_method_expiry_due" ON "PaymentMethod"("expiresAt") WHERE ("removedAt" IS NULL AND "expiryNotifiedAt" IS NULL);

-- Written by hand.
ALTER TABLE "PaymentMethod" ADD CONSTRAINT "payment_method_account" CHECK (
  "type" <> 'CARD' OR ("country" IS NULL AND "bankName" IS NULL AND "mandateReference" IS NULL));
ALTER TABLE "Dispute" ADD CONSTRAINT "dispute_amount" CHECK ("amountMinor" BETWEEN 1 AND 9007199254740991);
