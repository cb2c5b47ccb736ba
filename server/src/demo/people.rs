//! Invented names and notes.

use domain::residents::CareFlag;

use super::Emergency;

pub const FIRST_NAMES: [&str; 96] = [
    "Inès", "Camille", "Maude", "Rosalie", "Thalie", "Naomi", "Lou", "Jade", "Sarah-Ève", "Océane", "Gabrielle", "Mélodie",
    "Léa", "Florence", "Alice", "Juliette", "Béatrice", "Coralie", "Maïka", "Noémie", "Audrey", "Ariane", "Catherine",
    "Marianne", "Justine", "Élodie", "Laurence", "Delphine", "Mégane", "Roxane", "Amélie", "Myriam", "Zoé", "Charlotte",
    "Aurélie", "Clara", "Anaïs", "Éloïse", "Sabrina", "Vanessa", "Mélissa", "Karine", "Joanie", "Stéphanie", "Alexe",
    "Frédérique", "Raphaëlle", "Maéva", "Lydia", "Nadia", "Samira", "Yasmine", "Leïla", "Fatou", "Aïcha", "Mariam",
    "Esperanza", "Lucía", "Valentina", "Ximena", "Paola", "Daniela", "Ana-Maria", "Ioana", "Elena", "Irina", "Anya",
    "Mei", "Linh", "Thuy", "Jasmine", "Priya", "Anjali", "Grace", "Faith", "Destiny", "Chloe", "Emily", "Megan", "Hannah",
    "Ashley", "Kayla", "Tina", "Sika", "Uapikun", "Mikuan", "Pishum", "Siasi", "Annie", "Maggie", "Widlène", "Roseline",
    "Nadège", "Guerda", "Marie-Pier", "Kim",
];

pub const CARE: [Emergency; 6] = [
    (CareFlag::Allergy, "Arachides. EpiPen dans son sac, poche avant."),
    (CareFlag::Allergy, "Pénicilline. Le dire à toute ambulance."),
    (CareFlag::VitalMedication, "Insuline au frigo du bureau, glucomètre dans son casier."),
    (CareFlag::EvacuationHelp, "Marche avec une canne : l'accompagner par la rampe."),
    (CareFlag::Pregnancy, "Sept mois. Maison de naissance : numéro au dossier."),
    (CareFlag::Other, "Épilepsie : la tourner sur le côté, compter les minutes, 911 après cinq."),
];

pub const WATCH: [&str; 3] = [
    "Ne jamais confirmer sa présence, ni au téléphone ni à la porte.",
    "La joindre par texto seulement.",
    "Un homme en auto grise a été vu dans la rue : appeler le 911 s'il revient.",
];

pub const NOTES: [&str; 3] =
    ["La fenêtre ferme mal : soulever puis pousser.", "Veilleuse sous la table de nuit.", "Lit près du calorifère."];
