-- An event about a customer has its merchant checked with the customer: asking for the merchant too was
-- a quarter of what an event costs. Payments are found by their invoice through its attempt numbers.
-- DropForeignKey
ALTER TABLE "Event" DROP CONSTRAINT "Event_merchantId_fkey";

-- DropIndex
DROP INDEX "Payment_merchantId_invoiceId_idx";

-- About no customer: its merchant is asked for then.
CREATE FUNCTION require_merchant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM "Merchant" WHERE id = NEW."merchantId" FOR KEY SHARE;
  IF NOT FOUND THEN
    RAISE foreign_key_violation USING MESSAGE = format(
      'There is no merchant %s for this row of %s.', NEW."merchantId", TG_TABLE_NAME);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER event_merchant BEFORE INSERT OR UPDATE OF "merchantId", "customerId" ON "Event"
  FOR EACH ROW WHEN (NEW."customerId" IS NULL) EXECUTE FUNCTION require_merchant();
