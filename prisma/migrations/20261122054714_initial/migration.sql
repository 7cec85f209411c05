-- CreateEnum
CREATE TYPE "Locale" AS ENUM ('en', 'es', 'de', 'pt', 'it');

-- CreateEnum
CREATE TYPE "MerchantMode" AS ENUM ('SANDBOX', 'LIVE');

-- CreateEnum
CREATE TYPE "StaffRole" AS ENUM ('OWNER', 'ADMIN', 'SUPPORT', 'ANALYST');

-- CreateEnum
CREATE TYPE "SignInOutcome" AS ENUM ('PENDING', 'SENT', 'NO_MATCH', 'PORTAL_DISABLED', 'CONSUMED', 'RATE_LIMITED');

-- CreateEnum
CREATE TYPE "PaymentMethodType" AS ENUM ('CARD', 'SEPA_DEBIT', 'US_BANK_ACCOUNT');

-- CreateEnum
CREATE TYPE "PriceType" AS ENUM ('ONE_TIME', 'RECURRING');

-- CreateEnum
CREATE TYPE "BillingInterval" AS ENUM ('DAY', 'WEEK', 'MONTH', 'YEAR');

-- CreateEnum
CREATE TYPE "SubscriptionStatus" AS ENUM ('TRIALING', 'ACTIVE', 'PAST_DUE', 'PAUSED', 'UNPAID', 'CANCELED');

-- CreateEnum
CREATE TYPE "CancellationReason" AS ENUM ('TOO_EXPENSIVE', 'MISSING_FEATURES', 'SWITCHED_SERVICE', 'UNUSED', 'CUSTOMER_SERVICE', 'LOW_QUALITY', 'TOO_COMPLEX', 'OTHER');

-- CreateEnum
CREATE TYPE "InvoiceStatus" AS ENUM ('DRAFT', 'OPEN', 'PAID', 'VOID', 'UNCOLLECTIBLE');

-- CreateEnum
CREATE TYPE "DunningFinalAction" AS ENUM ('CANCEL_SUBSCRIPTION', 'MARK_UNPAID', 'LEAVE_PAST_DUE');

-- CreateEnum
CREATE TYPE "PaymentStatus" AS ENUM ('PENDING', 'PROCESSING', 'REQUIRES_ACTION', 'SUCCEEDED', 'FAILED');

-- CreateEnum
CREATE TYPE "PaymentTrigger" AS ENUM ('RENEWAL', 'DUNNING', 'METHOD_UPDATE', 'CUSTOMER', 'STAFF');

-- CreateEnum
CREATE TYPE "DeclineClass" AS ENUM ('SOFT', 'HARD', 'GATEWAY_FAULT');

-- CreateEnum
CREATE TYPE "RefundStatus" AS ENUM ('PENDING', 'SUCCEEDED', 'FAILED');

-- CreateEnum
CREATE TYPE "NotificationKind" AS ENUM ('INVOICE_CREATED', 'PAYMENT_FAILED', 'PAYMENT_RECEIPT', 'SIGN_IN_LINK');

-- CreateEnum
CREATE TYPE "EmailStatus" AS ENUM ('QUEUED', 'SENT', 'BOUNCED', 'FAILED');

-- CreateEnum
CREATE TYPE "ActorKind" AS ENUM ('STAFF', 'CUSTOMER', 'API_KEY', 'SYSTEM');

-- CreateEnum
CREATE TYPE "WebhookDeliveryStatus" AS ENUM ('PENDING', 'DELIVERED', 'FAILED');

-- CreateTable
CREATE TABLE "Merchant" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "mode" "MerchantMode" NOT NULL DEFAULT 'SANDBOX',
    "currency" CHAR(3) NOT NULL,
    "locale" "Locale" NOT NULL DEFAULT 'en',
    "timeZone" TEXT NOT NULL DEFAULT 'UTC',
    "supportEmail" TEXT NOT NULL,
    "address" TEXT NOT NULL DEFAULT '',
    "taxId" TEXT,
    "invoicePrefix" TEXT NOT NULL,
    "nextInvoiceNumber" INTEGER NOT NULL DEFAULT 1,
    "testClockNow" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Merchant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Blob" (
    "merchantId" UUID NOT NULL,
    "hash" TEXT NOT NULL,
    "contentType" TEXT NOT NULL,
    "bytes" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Blob_pkey" PRIMARY KEY ("merchantId","hash")
);

-- CreateTable
CREATE TABLE "StaffUser" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "emailVerified" BOOLEAN NOT NULL DEFAULT false,
    "image" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "StaffUser_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "StaffSession" (
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "token" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "ipAddress" TEXT,
    "userAgent" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "StaffSession_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "StaffAccount" (
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "accountId" TEXT NOT NULL,
    "providerId" TEXT NOT NULL,
    "accessToken" TEXT,
    "refreshToken" TEXT,
    "idToken" TEXT,
    "accessTokenExpiresAt" TIMESTAMPTZ(3),
    "refreshTokenExpiresAt" TIMESTAMPTZ(3),
    "scope" TEXT,
    "password" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "StaffAccount_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "StaffVerification" (
    "id" UUID NOT NULL,
    "identifier" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "StaffVerification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "StaffMember" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "role" "StaffRole" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "StaffMember_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ApiKey" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "mode" "MerchantMode" NOT NULL DEFAULT 'SANDBOX',
    "prefix" TEXT NOT NULL,
    "keyHash" TEXT NOT NULL,
    "scopes" TEXT[],
    "expiresAt" TIMESTAMPTZ(3),
    "lastUsedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ApiKey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PortalSettings" (
    "merchantId" UUID NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT false,
    "slug" TEXT,
    "companyName" TEXT NOT NULL,
    "primaryColor" CHAR(7) NOT NULL DEFAULT '#1f5fd6',
    "logoHash" TEXT,
    "allowUpdatePaymentMethods" BOOLEAN NOT NULL DEFAULT true,
    "allowViewPaymentHistory" BOOLEAN NOT NULL DEFAULT true,
    "allowDownloadInvoices" BOOLEAN NOT NULL DEFAULT true,
    "allowCancelSubscription" BOOLEAN NOT NULL DEFAULT false,
    "version" INTEGER NOT NULL DEFAULT 1,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "PortalSettings_pkey" PRIMARY KEY ("merchantId")
);

-- CreateTable
CREATE TABLE "SignInRequest" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "locale" "Locale" NOT NULL,
    "returnPath" TEXT NOT NULL DEFAULT '',
    "outcome" "SignInOutcome" NOT NULL DEFAULT 'PENDING',
    "tokenHash" TEXT,
    "codeHash" TEXT,
    "codeAttempts" INTEGER NOT NULL DEFAULT 0,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "sentAt" TIMESTAMPTZ(3),
    "consumedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SignInRequest_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PortalSession" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "customerId" UUID NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "PortalSession_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Customer" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "emailNormalized" TEXT NOT NULL,
    "locale" "Locale" NOT NULL DEFAULT 'en',
    "address" TEXT NOT NULL DEFAULT '',
    "country" CHAR(2),
    "taxId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Customer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PaymentMethod" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "customerId" UUID NOT NULL,
    "type" "PaymentMethodType" NOT NULL DEFAULT 'CARD',
    "gatewayToken" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "brand" TEXT NOT NULL,
    "last4" CHAR(4) NOT NULL,
    "expMonth" INTEGER,
    "expYear" INTEGER,
    "isDefault" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removedAt" TIMESTAMPTZ(3),

    CONSTRAINT "PaymentMethod_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Product" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "archivedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Product_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ProductTranslation" (
    "merchantId" UUID NOT NULL,
    "productId" UUID NOT NULL,
    "locale" "Locale" NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "ProductTranslation_pkey" PRIMARY KEY ("productId","locale")
);

-- CreateTable
CREATE TABLE "Price" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "productId" UUID NOT NULL,
    "type" "PriceType" NOT NULL DEFAULT 'RECURRING',
    "currency" CHAR(3) NOT NULL,
    "unitAmountMinor" BIGINT NOT NULL,
    "interval" "BillingInterval",
    "intervalCount" INTEGER,
    "trialDays" INTEGER NOT NULL DEFAULT 0,
    "archivedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Price_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Subscription" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "customerId" UUID NOT NULL,
    "status" "SubscriptionStatus" NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "interval" "BillingInterval" NOT NULL,
    "intervalCount" INTEGER NOT NULL,
    "billingAnchor" TIMESTAMPTZ(3) NOT NULL,
    "periodIndex" INTEGER NOT NULL DEFAULT 0,
    "currentPeriodStart" TIMESTAMPTZ(3) NOT NULL,
    "currentPeriodEnd" TIMESTAMPTZ(3) NOT NULL,
    "trialEnd" TIMESTAMPTZ(3),
    "nextRenewalAt" TIMESTAMPTZ(3),
    "cancelAtPeriodEnd" BOOLEAN NOT NULL DEFAULT false,
    "canceledAt" TIMESTAMPTZ(3),
    "cancellationReason" "CancellationReason",
    "cancellationComment" TEXT,
    "endedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Subscription_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SubscriptionItem" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "subscriptionId" UUID NOT NULL,
    "priceId" UUID NOT NULL,
    "quantity" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "SubscriptionItem_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Invoice" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "customerId" UUID NOT NULL,
    "subscriptionId" UUID,
    "status" "InvoiceStatus" NOT NULL DEFAULT 'DRAFT',
    "number" TEXT,
    "currency" CHAR(3) NOT NULL,
    "subtotalMinor" BIGINT NOT NULL,
    "taxMinor" BIGINT NOT NULL DEFAULT 0,
    "totalMinor" BIGINT NOT NULL,
    "amountPaidMinor" BIGINT NOT NULL DEFAULT 0,
    "periodStart" TIMESTAMPTZ(3),
    "periodEnd" TIMESTAMPTZ(3),
    "finalizedAt" TIMESTAMPTZ(3),
    "dueAt" TIMESTAMPTZ(3),
    "paidAt" TIMESTAMPTZ(3),
    "voidedAt" TIMESTAMPTZ(3),
    "pastDueSince" TIMESTAMPTZ(3),
    "dunningPolicyId" UUID,
    "dunningRetries" INTEGER NOT NULL DEFAULT 0,
    "nextAttemptAt" TIMESTAMPTZ(3),
    "customerName" TEXT NOT NULL,
    "customerEmail" TEXT NOT NULL,
    "customerAddress" TEXT NOT NULL DEFAULT '',
    "locale" "Locale" NOT NULL,
    "memo" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Invoice_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "InvoiceLine" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "invoiceId" UUID NOT NULL,
    "priceId" UUID,
    "position" INTEGER NOT NULL,
    "description" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "unitAmountMinor" BIGINT NOT NULL,
    "amountMinor" BIGINT NOT NULL,
    "taxRateBps" INTEGER NOT NULL DEFAULT 0,
    "taxMinor" BIGINT NOT NULL DEFAULT 0,
    "periodStart" TIMESTAMPTZ(3),
    "periodEnd" TIMESTAMPTZ(3),

    CONSTRAINT "InvoiceLine_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DunningPolicy" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "retryDays" INTEGER[],
    "hardDeclineCodes" TEXT[],
    "finalAction" "DunningFinalAction" NOT NULL DEFAULT 'LEAVE_PAST_DUE',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "DunningPolicy_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Payment" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "customerId" UUID NOT NULL,
    "invoiceId" UUID NOT NULL,
    "paymentMethodId" UUID NOT NULL,
    "status" "PaymentStatus" NOT NULL DEFAULT 'PENDING',
    "trigger" "PaymentTrigger" NOT NULL,
    "attemptNumber" INTEGER NOT NULL,
    "amountMinor" BIGINT NOT NULL,
    "amountRefundedMinor" BIGINT NOT NULL DEFAULT 0,
    "currency" CHAR(3) NOT NULL,
    "idempotencyKey" TEXT NOT NULL,
    "gatewayPaymentId" TEXT,
    "actionUrl" TEXT,
    "declineCode" TEXT,
    "declineClass" "DeclineClass",
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settledAt" TIMESTAMPTZ(3),

    CONSTRAINT "Payment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Refund" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "paymentId" UUID NOT NULL,
    "amountMinor" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "status" "RefundStatus" NOT NULL DEFAULT 'PENDING',
    "reason" TEXT,
    "idempotencyKey" TEXT NOT NULL,
    "gatewayRefundId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settledAt" TIMESTAMPTZ(3),

    CONSTRAINT "Refund_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "NotificationTemplate" (
    "merchantId" UUID NOT NULL,
    "kind" "NotificationKind" NOT NULL,
    "locale" "Locale" NOT NULL,
    "subject" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "NotificationTemplate_pkey" PRIMARY KEY ("merchantId","kind","locale")
);

-- CreateTable
CREATE TABLE "EmailMessage" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "customerId" UUID,
    "kind" "NotificationKind" NOT NULL,
    "locale" "Locale" NOT NULL,
    "toAddress" TEXT NOT NULL,
    "dedupeKey" TEXT NOT NULL,
    "status" "EmailStatus" NOT NULL DEFAULT 'QUEUED',
    "invoiceId" UUID,
    "paymentId" UUID,
    "providerMessageId" TEXT,
    "failure" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sentAt" TIMESTAMPTZ(3),

    CONSTRAINT "EmailMessage_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Event" (
    "id" UUID NOT NULL,
    "sequence" BIGSERIAL NOT NULL,
    "merchantId" UUID NOT NULL,
    "customerId" UUID,
    "type" TEXT NOT NULL,
    "objectType" TEXT NOT NULL,
    "objectId" UUID NOT NULL,
    "data" JSONB NOT NULL,
    "actorKind" "ActorKind" NOT NULL,
    "actorId" TEXT,
    "requestId" TEXT,
    "occurredAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "WebhookEndpoint" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "url" TEXT NOT NULL,
    "eventTypes" TEXT[],
    "secret" TEXT NOT NULL,
    "disabledAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "WebhookEndpoint_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "WebhookDelivery" (
    "id" UUID NOT NULL,
    "merchantId" UUID NOT NULL,
    "endpointId" UUID NOT NULL,
    "eventId" UUID NOT NULL,
    "status" "WebhookDeliveryStatus" NOT NULL DEFAULT 'PENDING',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "responseStatus" INTEGER,
    "nextAttemptAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deliveredAt" TIMESTAMPTZ(3),

    CONSTRAINT "WebhookDelivery_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "StaffUser_email_key" ON "StaffUser"("email");

-- CreateIndex
CREATE UNIQUE INDEX "StaffSession_token_key" ON "StaffSession"("token");

-- CreateIndex
CREATE INDEX "StaffSession_userId_idx" ON "StaffSession"("userId");

-- CreateIndex
CREATE INDEX "StaffAccount_userId_idx" ON "StaffAccount"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "StaffAccount_providerId_accountId_key" ON "StaffAccount"("providerId", "accountId");

-- CreateIndex
CREATE INDEX "StaffVerification_identifier_idx" ON "StaffVerification"("identifier");

-- CreateIndex
CREATE INDEX "StaffMember_userId_idx" ON "StaffMember"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "StaffMember_merchantId_userId_key" ON "StaffMember"("merchantId", "userId");

-- CreateIndex
CREATE UNIQUE INDEX "StaffMember_merchantId_id_key" ON "StaffMember"("merchantId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "ApiKey_keyHash_key" ON "ApiKey"("keyHash");

-- CreateIndex
CREATE UNIQUE INDEX "ApiKey_merchantId_id_key" ON "ApiKey"("merchantId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "PortalSettings_slug_key" ON "PortalSettings"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "SignInRequest_tokenHash_key" ON "SignInRequest"("tokenHash");

-- CreateIndex
CREATE INDEX "SignInRequest_merchantId_email_createdAt_idx" ON "SignInRequest"("merchantId", "email", "createdAt" DESC);

-- CreateIndex
CREATE INDEX "SignInRequest_expiresAt_idx" ON "SignInRequest"("expiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "SignInRequest_merchantId_id_key" ON "SignInRequest"("merchantId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "PortalSession_tokenHash_key" ON "PortalSession"("tokenHash");

-- CreateIndex
CREATE INDEX "PortalSession_merchantId_customerId_idx" ON "PortalSession"("merchantId", "customerId");

-- CreateIndex
CREATE INDEX "PortalSession_expiresAt_idx" ON "PortalSession"("expiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "PortalSession_merchantId_id_key" ON "PortalSession"("merchantId", "id");

-- CreateIndex
CREATE INDEX "Customer_merchantId_emailNormalized_idx" ON "Customer"("merchantId", "emailNormalized");

-- CreateIndex
CREATE INDEX "Customer_merchantId_createdAt_id_idx" ON "Customer"("merchantId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Customer_merchantId_name_id_idx" ON "Customer"("merchantId", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Customer_merchantId_id_key" ON "Customer"("merchantId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "PaymentMethod_gatewayToken_key" ON "PaymentMethod"("gatewayToken");

-- CreateIndex
CREATE INDEX "PaymentMethod_merchantId_customerId_createdAt_idx" ON "PaymentMethod"("merchantId", "customerId", "createdAt" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "PaymentMethod_merchantId_id_key" ON "PaymentMethod"("merchantId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "payment_method_one_default_per_customer" ON "PaymentMethod"("customerId") WHERE ("isDefault" AND "removedAt" IS NULL);

-- CreateIndex
CREATE INDEX "Product_merchantId_createdAt_idx" ON "Product"("merchantId", "createdAt" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "Product_merchantId_id_key" ON "Product"("merchantId", "id");

-- CreateIndex
CREATE INDEX "ProductTranslation_merchantId_productId_idx" ON "ProductTranslation"("merchantId", "productId");

-- CreateIndex
CREATE INDEX "Price_merchantId_productId_idx" ON "Price"("merchantId", "productId");

-- CreateIndex
CREATE UNIQUE INDEX "Price_merchantId_id_key" ON "Price"("merchantId", "id");

-- CreateIndex
CREATE INDEX "Subscription_merchantId_customerId_idx" ON "Subscription"("merchantId", "customerId");

-- CreateIndex
CREATE INDEX "subscription_due" ON "Subscription"("nextRenewalAt") WHERE ("nextRenewalAt" IS NOT NULL);

-- CreateIndex
CREATE INDEX "Subscription_merchantId_createdAt_id_idx" ON "Subscription"("merchantId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Subscription_merchantId_status_createdAt_idx" ON "Subscription"("merchantId", "status", "createdAt" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "Subscription_merchantId_id_key" ON "Subscription"("merchantId", "id");

-- CreateIndex
CREATE INDEX "SubscriptionItem_merchantId_priceId_idx" ON "SubscriptionItem"("merchantId", "priceId");

-- CreateIndex
CREATE INDEX "SubscriptionItem_merchantId_subscriptionId_idx" ON "SubscriptionItem"("merchantId", "subscriptionId");

-- CreateIndex
CREATE UNIQUE INDEX "SubscriptionItem_subscriptionId_priceId_key" ON "SubscriptionItem"("subscriptionId", "priceId");

-- CreateIndex
CREATE INDEX "Invoice_merchantId_customerId_createdAt_id_idx" ON "Invoice"("merchantId", "customerId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Invoice_merchantId_createdAt_id_idx" ON "Invoice"("merchantId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Invoice_merchantId_status_createdAt_id_idx" ON "Invoice"("merchantId", "status", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "invoice_retry_due" ON "Invoice"("nextAttemptAt") WHERE ("nextAttemptAt" IS NOT NULL);

-- CreateIndex
CREATE INDEX "invoice_open" ON "Invoice"("merchantId", "customerId", "dueAt") WHERE (status = 'OPEN');

-- CreateIndex
CREATE UNIQUE INDEX "Invoice_merchantId_id_key" ON "Invoice"("merchantId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Invoice_merchantId_number_key" ON "Invoice"("merchantId", "number");

-- CreateIndex
CREATE UNIQUE INDEX "Invoice_subscriptionId_periodStart_key" ON "Invoice"("subscriptionId", "periodStart");

-- CreateIndex
CREATE INDEX "InvoiceLine_merchantId_invoiceId_idx" ON "InvoiceLine"("merchantId", "invoiceId");

-- CreateIndex
CREATE UNIQUE INDEX "InvoiceLine_invoiceId_position_key" ON "InvoiceLine"("invoiceId", "position");

-- CreateIndex
CREATE UNIQUE INDEX "DunningPolicy_merchantId_version_key" ON "DunningPolicy"("merchantId", "version");

-- CreateIndex
CREATE UNIQUE INDEX "DunningPolicy_merchantId_id_key" ON "DunningPolicy"("merchantId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Payment_idempotencyKey_key" ON "Payment"("idempotencyKey");

-- CreateIndex
CREATE UNIQUE INDEX "Payment_gatewayPaymentId_key" ON "Payment"("gatewayPaymentId");

-- CreateIndex
CREATE INDEX "payment_in_flight" ON "Payment"("createdAt") WHERE (status = 'PENDING');

-- CreateIndex
CREATE INDEX "Payment_merchantId_customerId_createdAt_id_idx" ON "Payment"("merchantId", "customerId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Payment_merchantId_createdAt_id_idx" ON "Payment"("merchantId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Payment_merchantId_paymentMethodId_idx" ON "Payment"("merchantId", "paymentMethodId");

-- CreateIndex
CREATE INDEX "Payment_merchantId_invoiceId_idx" ON "Payment"("merchantId", "invoiceId");

-- CreateIndex
CREATE UNIQUE INDEX "Payment_merchantId_id_key" ON "Payment"("merchantId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Payment_invoiceId_attemptNumber_key" ON "Payment"("invoiceId", "attemptNumber");

-- CreateIndex
CREATE UNIQUE INDEX "payment_one_in_flight_per_invoice" ON "Payment"("invoiceId") WHERE (status = ANY (ARRAY['PENDING'::"PaymentStatus", 'PROCESSING'::"PaymentStatus", 'REQUIRES_ACTION'::"PaymentStatus"]));

-- CreateIndex
CREATE UNIQUE INDEX "Refund_idempotencyKey_key" ON "Refund"("idempotencyKey");

-- CreateIndex
CREATE UNIQUE INDEX "Refund_gatewayRefundId_key" ON "Refund"("gatewayRefundId");

-- CreateIndex
CREATE INDEX "Refund_merchantId_paymentId_idx" ON "Refund"("merchantId", "paymentId");

-- CreateIndex
CREATE UNIQUE INDEX "Refund_merchantId_id_key" ON "Refund"("merchantId", "id");

-- CreateIndex
CREATE INDEX "EmailMessage_merchantId_customerId_createdAt_idx" ON "EmailMessage"("merchantId", "customerId", "createdAt" DESC);

-- CreateIndex
CREATE INDEX "email_message_queued" ON "EmailMessage"("createdAt") WHERE (status = 'QUEUED');

-- CreateIndex
CREATE UNIQUE INDEX "EmailMessage_merchantId_id_key" ON "EmailMessage"("merchantId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "EmailMessage_merchantId_dedupeKey_key" ON "EmailMessage"("merchantId", "dedupeKey");

-- CreateIndex
CREATE UNIQUE INDEX "Event_sequence_key" ON "Event"("sequence");

-- CreateIndex
CREATE INDEX "Event_merchantId_sequence_idx" ON "Event"("merchantId", "sequence" DESC);

-- CreateIndex
CREATE INDEX "Event_merchantId_customerId_sequence_idx" ON "Event"("merchantId", "customerId", "sequence" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "Event_merchantId_id_key" ON "Event"("merchantId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "WebhookEndpoint_merchantId_id_key" ON "WebhookEndpoint"("merchantId", "id");

-- CreateIndex
CREATE INDEX "webhook_delivery_due" ON "WebhookDelivery"("nextAttemptAt") WHERE ("nextAttemptAt" IS NOT NULL);

-- CreateIndex
CREATE UNIQUE INDEX "WebhookDelivery_merchantId_id_key" ON "WebhookDelivery"("merchantId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "WebhookDelivery_endpointId_eventId_key" ON "WebhookDelivery"("endpointId", "eventId");

-- AddForeignKey
ALTER TABLE "Blob" ADD CONSTRAINT "Blob_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StaffSession" ADD CONSTRAINT "StaffSession_userId_fkey" FOREIGN KEY ("userId") REFERENCES "StaffUser"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StaffAccount" ADD CONSTRAINT "StaffAccount_userId_fkey" FOREIGN KEY ("userId") REFERENCES "StaffUser"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StaffMember" ADD CONSTRAINT "StaffMember_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StaffMember" ADD CONSTRAINT "StaffMember_userId_fkey" FOREIGN KEY ("userId") REFERENCES "StaffUser"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApiKey" ADD CONSTRAINT "ApiKey_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PortalSettings" ADD CONSTRAINT "PortalSettings_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SignInRequest" ADD CONSTRAINT "SignInRequest_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PortalSession" ADD CONSTRAINT "PortalSession_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PortalSession" ADD CONSTRAINT "PortalSession_merchantId_customerId_fkey" FOREIGN KEY ("merchantId", "customerId") REFERENCES "Customer"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Customer" ADD CONSTRAINT "Customer_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PaymentMethod" ADD CONSTRAINT "PaymentMethod_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PaymentMethod" ADD CONSTRAINT "PaymentMethod_merchantId_customerId_fkey" FOREIGN KEY ("merchantId", "customerId") REFERENCES "Customer"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Product" ADD CONSTRAINT "Product_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ProductTranslation" ADD CONSTRAINT "ProductTranslation_merchantId_productId_fkey" FOREIGN KEY ("merchantId", "productId") REFERENCES "Product"("merchantId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Price" ADD CONSTRAINT "Price_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Price" ADD CONSTRAINT "Price_merchantId_productId_fkey" FOREIGN KEY ("merchantId", "productId") REFERENCES "Product"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Subscription" ADD CONSTRAINT "Subscription_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Subscription" ADD CONSTRAINT "Subscription_merchantId_customerId_fkey" FOREIGN KEY ("merchantId", "customerId") REFERENCES "Customer"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SubscriptionItem" ADD CONSTRAINT "SubscriptionItem_merchantId_subscriptionId_fkey" FOREIGN KEY ("merchantId", "subscriptionId") REFERENCES "Subscription"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SubscriptionItem" ADD CONSTRAINT "SubscriptionItem_merchantId_priceId_fkey" FOREIGN KEY ("merchantId", "priceId") REFERENCES "Price"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Invoice" ADD CONSTRAINT "Invoice_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Invoice" ADD CONSTRAINT "Invoice_merchantId_customerId_fkey" FOREIGN KEY ("merchantId", "customerId") REFERENCES "Customer"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Invoice" ADD CONSTRAINT "Invoice_merchantId_subscriptionId_fkey" FOREIGN KEY ("merchantId", "subscriptionId") REFERENCES "Subscription"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Invoice" ADD CONSTRAINT "Invoice_merchantId_dunningPolicyId_fkey" FOREIGN KEY ("merchantId", "dunningPolicyId") REFERENCES "DunningPolicy"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "InvoiceLine" ADD CONSTRAINT "InvoiceLine_merchantId_invoiceId_fkey" FOREIGN KEY ("merchantId", "invoiceId") REFERENCES "Invoice"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "InvoiceLine" ADD CONSTRAINT "InvoiceLine_merchantId_priceId_fkey" FOREIGN KEY ("merchantId", "priceId") REFERENCES "Price"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DunningPolicy" ADD CONSTRAINT "DunningPolicy_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Payment" ADD CONSTRAINT "Payment_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Payment" ADD CONSTRAINT "Payment_merchantId_customerId_fkey" FOREIGN KEY ("merchantId", "customerId") REFERENCES "Customer"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Payment" ADD CONSTRAINT "Payment_merchantId_invoiceId_fkey" FOREIGN KEY ("merchantId", "invoiceId") REFERENCES "Invoice"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Payment" ADD CONSTRAINT "Payment_merchantId_paymentMethodId_fkey" FOREIGN KEY ("merchantId", "paymentMethodId") REFERENCES "PaymentMethod"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Refund" ADD CONSTRAINT "Refund_merchantId_paymentId_fkey" FOREIGN KEY ("merchantId", "paymentId") REFERENCES "Payment"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "NotificationTemplate" ADD CONSTRAINT "NotificationTemplate_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "EmailMessage" ADD CONSTRAINT "EmailMessage_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "EmailMessage" ADD CONSTRAINT "EmailMessage_merchantId_customerId_fkey" FOREIGN KEY ("merchantId", "customerId") REFERENCES "Customer"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Event" ADD CONSTRAINT "Event_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Event" ADD CONSTRAINT "Event_merchantId_customerId_fkey" FOREIGN KEY ("merchantId", "customerId") REFERENCES "Customer"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "WebhookEndpoint" ADD CONSTRAINT "WebhookEndpoint_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES "Merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "WebhookDelivery" ADD CONSTRAINT "WebhookDelivery_merchantId_endpointId_fkey" FOREIGN KEY ("merchantId", "endpointId") REFERENCES "WebhookEndpoint"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "WebhookDelivery" ADD CONSTRAINT "WebhookDelivery_merchantId_eventId_fkey" FOREIGN KEY ("merchantId", "eventId") REFERENCES "Event"("merchantId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Rules that schema.prisma has no words for. Written by hand; the schema engine leaves CHECKs alone.

-- Amounts: minor units that every client can hold exactly (2^53 - 1), never more collected than due.
ALTER TABLE "Price" ADD CONSTRAINT "price_amount" CHECK ("unitAmountMinor" BETWEEN 0 AND 9007199254740991);
ALTER TABLE "Price" ADD CONSTRAINT "price_recurrence" CHECK (
  ("type" = 'RECURRING' AND "interval" IS NOT NULL AND "intervalCount" >= 1)
  OR ("type" = 'ONE_TIME' AND "interval" IS NULL AND "intervalCount" IS NULL));
ALTER TABLE "Invoice" ADD CONSTRAINT "invoice_amounts" CHECK (
  "totalMinor" BETWEEN 0 AND 9007199254740991
  AND "totalMinor" = "subtotalMinor" + "taxMinor"
  AND "amountPaidMinor" BETWEEN 0 AND "totalMinor");
ALTER TABLE "Payment" ADD CONSTRAINT "payment_amounts" CHECK (
  "amountMinor" > 0 AND "amountRefundedMinor" BETWEEN 0 AND "amountMinor");
ALTER TABLE "Refund" ADD CONSTRAINT "refund_amount" CHECK ("amountMinor" > 0);

-- Invoices: numbered once finalized; paid means paid in full; past due and retries only while owed.
ALTER TABLE "Invoice" ADD CONSTRAINT "invoice_number_when_finalized" CHECK (
  ("status" = 'DRAFT') = ("number" IS NULL) AND ("status" = 'DRAFT') = ("finalizedAt" IS NULL));
ALTER TABLE "Invoice" ADD CONSTRAINT "invoice_paid_in_full" CHECK (
  ("status" = 'PAID') = ("paidAt" IS NOT NULL) AND ("status" <> 'PAID' OR "amountPaidMinor" = "totalMinor"));
ALTER TABLE "Invoice" ADD CONSTRAINT "invoice_retry_only_while_open" CHECK ("nextAttemptAt" IS NULL OR "status" = 'OPEN');
ALTER TABLE "Invoice" ADD CONSTRAINT "invoice_dunning" CHECK (
  "dunningRetries" >= 0 AND ("pastDueSince" IS NULL) = ("dunningPolicyId" IS NULL));
ALTER TABLE "Invoice" ADD CONSTRAINT "invoice_period" CHECK (
  ("periodStart" IS NULL) = ("periodEnd" IS NULL) AND ("periodEnd" > "periodStart" OR "periodEnd" IS NULL));
ALTER TABLE "InvoiceLine" ADD CONSTRAINT "invoice_line_quantity" CHECK ("quantity" >= 1);

-- Payments: a settled one says when, a failed one says why.
ALTER TABLE "Payment" ADD CONSTRAINT "payment_settled" CHECK (
  ("status" IN ('SUCCEEDED', 'FAILED')) = ("settledAt" IS NOT NULL)
  AND ("status" = 'FAILED') = ("declineCode" IS NOT NULL));

-- Subscriptions: an ended one renews nothing.
ALTER TABLE "Subscription" ADD CONSTRAINT "subscription_period" CHECK ("currentPeriodEnd" > "currentPeriodStart");
ALTER TABLE "Subscription" ADD CONSTRAINT "subscription_ended" CHECK (
  ("status" = 'CANCELED') = ("endedAt" IS NOT NULL) AND ("endedAt" IS NULL OR "nextRenewalAt" IS NULL));
ALTER TABLE "Subscription" ADD CONSTRAINT "subscription_cancellation" CHECK (NOT "cancelAtPeriodEnd" OR "canceledAt" IS NOT NULL);
ALTER TABLE "SubscriptionItem" ADD CONSTRAINT "subscription_item_quantity" CHECK ("quantity" >= 1);

-- Payment methods: only digits of the end are kept, never a number; a removed one is no default.
ALTER TABLE "PaymentMethod" ADD CONSTRAINT "payment_method_last4" CHECK ("last4" ~ '^[0-9]{4}$');
ALTER TABLE "PaymentMethod" ADD CONSTRAINT "payment_method_removed" CHECK ("removedAt" IS NULL OR NOT "isDefault");

-- Portal and merchant.
ALTER TABLE "PortalSettings" ADD CONSTRAINT "portal_enabled_has_address" CHECK (NOT "enabled" OR "slug" IS NOT NULL);
ALTER TABLE "PortalSettings" ADD CONSTRAINT "portal_color" CHECK ("primaryColor" ~ '^#[0-9a-f]{6}$');
ALTER TABLE "Merchant" ADD CONSTRAINT "merchant_invoice_prefix" CHECK ("invoicePrefix" ~ '^[A-Z0-9]{1,12}$');
ALTER TABLE "Merchant" ADD CONSTRAINT "merchant_currency" CHECK ("currency" ~ '^[A-Z]{3}$');
ALTER TABLE "Merchant" ADD CONSTRAINT "merchant_test_clock" CHECK ("testClockNow" IS NULL OR "mode" = 'SANDBOX');
ALTER TABLE "Customer" ADD CONSTRAINT "customer_email" CHECK ("emailNormalized" = lower(btrim("email")));
ALTER TABLE "Blob" ADD CONSTRAINT "blob_hash" CHECK ("hash" ~ '^[0-9a-f]{64}$');
