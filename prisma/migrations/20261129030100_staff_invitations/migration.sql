-- AlterEnum
ALTER TYPE "NotificationKind" ADD VALUE 'STAFF_INVITATION';

-- AlterTable
ALTER TABLE "StaffSession" ADD COLUMN     "merchantId" UUID;

-- CreateTable
CREATE TABLE "StaffInvitation" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "role" "StaffRole" NOT NULL,
    "locale" "Locale" NOT NULL,
    "invitedById" UUID,
    "tokenHash" TEXT,
    "sends" INTEGER NOT NULL DEFAULT 1,
    "requestedAt" TIMESTAMPTZ(3) NOT NULL,
    "sentAt" TIMESTAMPTZ(3),
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "acceptedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "StaffInvitation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "StaffInvitation_tokenHash_key" ON "StaffInvitation"("tokenHash");

-- CreateIndex
CREATE INDEX "StaffInvitation_merchantId_createdAt_id_idx" ON "StaffInvitation"("merchantId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "StaffInvitation_expiresAt_idx" ON "StaffInvitation"("expiresAt");

-- CreateIndex
CREATE INDEX "StaffInvitation_invitedById_idx" ON "StaffInvitation"("invitedById");

-- CreateIndex
CREATE UNIQUE INDEX "StaffInvitation_merchantId_id_key" ON "StaffInvitation"("merchantId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "staff_invitation_one_open_per_address" ON "StaffInvitation"("merchantId", "email") WHERE (("acceptedAt" IS NULL) AND ("revokedAt" IS NULL));

-- AddForeignKey
ALTER TABLE "StaffSession" ADD CONSTRAINT "StaffSession_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StaffInvitation" ADD CONSTRAINT "StaffInvitation_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StaffInvitation" ADD CONSTRAINT "StaffInvitation_invitedById_fkey" FOREIGN KEY ("invitedById") REFERENCES "StaffUser"("id") ON DELETE SET NULL ON UPDATE CASCADE;
