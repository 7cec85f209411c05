-- CreateEnum
CREATE TYPE "PortalFlow" AS ENUM ('UPDATE_PAYMENT_METHOD', 'CANCEL_SUBSCRIPTION');

-- AlterTable
ALTER TABLE "ApiKey" ADD COLUMN     "last4" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "previousExpiresAt" TIMESTAMPTZ(3),
ADD COLUMN     "previousKeyHash" TEXT,
ADD COLUMN     "rotatedAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "PortalSession" ADD COLUMN     "returnUrl" TEXT;

-- AlterTable
ALTER TABLE "PortalSettings" ADD COLUMN     "returnUrls" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- CreateTable
CREATE TABLE "IdempotentRequest" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "viewer" TEXT NOT NULL,
    "keyHash" TEXT NOT NULL,
    "requestHash" TEXT NOT NULL,
    "owner" UUID NOT NULL,
    "leaseUntil" TIMESTAMPTZ(3) NOT NULL,
    "committedAt" TIMESTAMPTZ(3),
    "answerStatus" INTEGER,
    "answerType" TEXT,
    "answer" BYTEA,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "IdempotentRequest_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PortalSessionLink" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "customerId" UUID NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "flow" "PortalFlow",
    "subscriptionId" UUID,
    "returnUrl" TEXT,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "consumedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "PortalSessionLink_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "IdempotentRequest_expiresAt_idx" ON "IdempotentRequest"("expiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "IdempotentRequest_merchantId_viewer_keyHash_key" ON "IdempotentRequest"("merchantId", "viewer", "keyHash");

-- CreateIndex
CREATE UNIQUE INDEX "PortalSessionLink_tokenHash_key" ON "PortalSessionLink"("tokenHash");

-- CreateIndex
CREATE INDEX "PortalSessionLink_merchantId_customerId_idx" ON "PortalSessionLink"("merchantId", "customerId");

-- CreateIndex
CREATE INDEX "PortalSessionLink_merchantId_subscriptionId_idx" ON "PortalSessionLink"("merchantId", "subscriptionId");

-- CreateIndex
CREATE INDEX "PortalSessionLink_expiresAt_idx" ON "PortalSessionLink"("expiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "PortalSessionLink_merchantId_id_key" ON "PortalSessionLink"("merchantId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "ApiKey_previousKeyHash_key" ON "ApiKey"("previousKeyHash");

-- CreateIndex
CREATE INDEX "ApiKey_merchantId_createdAt_id_idx" ON "ApiKey"("merchantId", "createdAt" DESC, "id" DESC);

-- AddForeignKey
ALTER TABLE "IdempotentRequest" ADD CONSTRAINT "IdempotentRequest_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PortalSessionLink" ADD CONSTRAINT "PortalSessionLink_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PortalSessionLink" ADD CONSTRAINT "PortalSessionLink_merchantId_customerId_fkey" FOREIGN KEY ("merchantId", "customerId") REFERENCES "Customer"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PortalSessionLink" ADD CONSTRAINT "PortalSessionLink_merchantId_subscriptionId_fkey" FOREIGN KEY ("merchantId", "subscriptionId") REFERENCES "Subscription"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Written by hand. The secret before a rotation works for a time, never for ever.
ALTER TABLE "ApiKey" ADD CONSTRAINT "api_key_previous_expires" CHECK (("previousKeyHash" IS NULL) = ("previousExpiresAt" IS NULL));

-- Written by hand. An answer is stored whole.
ALTER TABLE "IdempotentRequest" ADD CONSTRAINT "idempotent_request_answer_whole" CHECK (num_nulls("answerStatus", "answerType", answer) IN (0, 3));

-- Written by hand. A link is made for minutes, and for a subscription exactly where it is about one.
ALTER TABLE "PortalSessionLink" ADD CONSTRAINT "portal_session_link_expires" CHECK ("expiresAt" > "createdAt");
ALTER TABLE "PortalSessionLink" ADD CONSTRAINT "portal_session_link_subscription" CHECK ((flow IS NOT DISTINCT FROM 'CANCEL_SUBSCRIPTION') = ("subscriptionId" IS NOT NULL));
