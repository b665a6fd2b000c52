/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Tags of EMV and of UnionPay's debit and credit applications. Sources: EMV 4.3 Book 1 annex B and
 * Book 3 annex A; PBOC 3.0 part 12 for 9F66, 9F6C and 9F63. */

/* Templates. */
#define TILL_EMV_TAG_FCI                 0x6F   /* File Control Information Template */
#define TILL_EMV_TAG_FCI_PROPRIETARY     0xA5   /* FCI Proprietary Template */
#define TILL_EMV_TAG_FCI_ISSUER          0xBF0C /* FCI Issuer Discretionary Data */
#define TILL_EMV_TAG_DIRECTORY_ENTRY     0x61   /* Application Template */
#define TILL_EMV_TAG_RECORD              0x70   /* READ RECORD Response Message Template */
#define TILL_EMV_TAG_RESPONSE_1          0x80   /* Response Message Template Format 1 */
#define TILL_EMV_TAG_RESPONSE_2          0x77   /* Response Message Template Format 2 */
#define TILL_EMV_TAG_COMMAND             0x83   /* Command Template */

/* An application. */
#define TILL_EMV_TAG_ADF_NAME            0x4F   /* Application Identifier (AID) – card */
#define TILL_EMV_TAG_LABEL               0x50   /* Application Label */
#define TILL_EMV_TAG_DF_NAME             0x84   /* Dedicated File (DF) Name */
#define TILL_EMV_TAG_PRIORITY            0x87   /* Application Priority Indicator */
#define TILL_EMV_TAG_KERNEL              0x9F2A /* Kernel Identifier */
#define TILL_EMV_TAG_PDOL                0x9F38 /* Processing Options Data Object List */
#define TILL_EMV_TAG_CDOL1               0x8C   /* Card Risk Management Data Object List 1 */
#define TILL_EMV_TAG_AIP                 0x82   /* Application Interchange Profile */
#define TILL_EMV_TAG_AFL                 0x94   /* Application File Locator */

/* A card. */
#define TILL_EMV_TAG_TRACK_2             0x57   /* Track 2 Equivalent Data */
#define TILL_EMV_TAG_PAN                 0x5A   /* Application Primary Account Number */
#define TILL_EMV_TAG_EXPIRY              0x5F24 /* Application Expiration Date */
#define TILL_EMV_TAG_PAN_SEQUENCE        0x5F34 /* Application PAN Sequence Number */
#define TILL_EMV_TAG_TRACK_2_FREE        0x9F20 /* Track 2 Discretionary Data */
#define TILL_EMV_TAG_TOKEN_REQUESTOR     0x9F19 /* Token Requestor ID */

/* What it decides. */
#define TILL_EMV_TAG_CRYPTOGRAM          0x9F26 /* Application Cryptogram */
#define TILL_EMV_TAG_CRYPTOGRAM_INFO     0x9F27 /* Cryptogram Information Data */
#define TILL_EMV_TAG_ISSUER_DATA         0x9F10 /* Issuer Application Data */
#define TILL_EMV_TAG_ATC                 0x9F36 /* Application Transaction Counter */
#define TILL_EMV_TAG_CTQ                 0x9F6C /* Card Transaction Qualifiers */
#define TILL_EMV_TAG_PRODUCT             0x9F63 /* Card Product Identification (UnionPay) */

/* What it is told. */
#define TILL_EMV_TAG_AMOUNT              0x9F02 /* Amount, Authorised (Numeric) */
#define TILL_EMV_TAG_AMOUNT_OTHER        0x9F03 /* Amount, Other (Numeric) */
#define TILL_EMV_TAG_COUNTRY             0x9F1A /* Terminal Country Code */
#define TILL_EMV_TAG_CURRENCY            0x5F2A /* Transaction Currency Code */
#define TILL_EMV_TAG_DATE                0x9A   /* Transaction Date */
#define TILL_EMV_TAG_TIME                0x9F21 /* Transaction Time */
#define TILL_EMV_TAG_TYPE                0x9C   /* Transaction Type */
#define TILL_EMV_TAG_UNPREDICTABLE       0x9F37 /* Unpredictable Number */
#define TILL_EMV_TAG_TTQ                 0x9F66 /* Terminal Transaction Qualifiers */
#define TILL_EMV_TAG_TVR                 0x95   /* Terminal Verification Results */
#define TILL_EMV_TAG_CAPABILITIES        0x9F33 /* Terminal Capabilities */
#define TILL_EMV_TAG_CVM_RESULTS         0x9F34 /* Cardholder Verification Method (CVM) Results */
#define TILL_EMV_TAG_TERMINAL_TYPE       0x9F35 /* Terminal Type */
#define TILL_EMV_TAG_SERIAL              0x9F1E /* Interface Device (IFD) Serial Number */
#define TILL_EMV_TAG_VERSION             0x9F09 /* Application Version Number – terminal */
#define TILL_EMV_TAG_SEQUENCE_COUNTER    0x9F41 /* Transaction Sequence Counter */
#define TILL_EMV_TAG_ACQUIRER            0x9F01 /* Acquirer Identifier */
#define TILL_EMV_TAG_CATEGORY            0x9F15 /* Merchant Category Code */
#define TILL_EMV_TAG_ENTRY_MODE          0x9F39 /* Point-of-Service (POS) Entry Mode */
